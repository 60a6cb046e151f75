using System.Text;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

public sealed class AppendFileTests
{
    [Fact]
    public void A_record_that_a_full_disk_cuts_off_is_taken_back()
    {
        using var disk = new SmallDisk(10);
        using var file = new AppendFile(disk);
        file.Append("12345\n"u8);
        Assert.Throws<IOException>(() => file.Append("67890\n"u8));
        Assert.Equal("12345\n", Encoding.ASCII.GetString(disk.ToArray()));

        disk.Room = 100;
        file.Append("abc\n"u8);
        Assert.Equal("12345\nabc\n", Encoding.ASCII.GetString(disk.ToArray()));
    }

    [Fact]
    public void What_could_not_be_taken_back_at_once_is_taken_back_before_the_next_record()
    {
        using var disk = new SmallDisk(8) { Stuck = true };
        using var file = new AppendFile(disk);
        file.Append("12345\n"u8);
        Assert.Throws<IOException>(() => file.Append("67890\n"u8));
        Assert.Equal("12345\n67", Encoding.ASCII.GetString(disk.ToArray()));

        disk.Stuck = false;
        file.Append("9\n"u8);
        Assert.Equal("12345\n9\n", Encoding.ASCII.GetString(disk.ToArray()));
    }

    /// <summary>A stream with room for so many bytes; a write beyond it arrives in part and fails.</summary>
    private sealed class SmallDisk(int room) : MemoryStream
    {
        public int Room { get; set; } = room;

        public bool Stuck { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var fits = (int)Math.Min(buffer.Length, Room - Position);
            base.Write(buffer[..fits]);
            if (fits < buffer.Length)
            {
                throw new IOException("No space left on device");
            }
        }

        public override void SetLength(long value)
        {
            if (Stuck)
            {
                throw new IOException("No space left on device");
            }

            base.SetLength(value);
        }
    }
}
