using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using WassersteinAutoEncoders.Tests.Training.Observers;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

[Collection(LiveTensors.Name)]
public sealed class HostileCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_checkpoint_never_half_loads()
    {
        var random = new Random(5);
        Fuzz(150, bytes =>
        {
            var at = random.Next(bytes.Length);
            if (random.Next(2) == 0)
            {
                return bytes[..at];
            }

            bytes[at] ^= (byte)random.Next(1, 256);
            return bytes;
        }, mayLoad: false);
    }

    /// <summary>A checksum stops accidents, not somebody who computes it anew: what lies behind it is checked as well.</summary>
    [Fact]
    public void A_forged_checkpoint_with_a_fitting_checksum_loads_or_changes_nothing()
    {
        var random = new Random(6);
        Fuzz(300, bytes =>
        {
            var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            // Digits, letters and marks in the state's JSON, or anything in the header, or in the random states at the end.
            var at = random.Next(3) switch
            {
                0 => StateAt(bytes) + random.Next(400),
                1 => 8 + random.Next(headerLength),
                _ => bytes.Length - 1 - random.Next(4 * 5056),
            };
            bytes[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)('0' + random.Next(10)), _ => (byte)"-\"{}[],.e"[random.Next(9)] };
            Sign(bytes);
            return bytes;
        }, mayLoad: true);
    }

    private void Fuzz(int trials, Func<byte[], byte[]> damage, bool mayLoad)
    {
        string saved = _folder.File("saved"), damaged = _folder.File("damaged"), probe = _folder.File("probe");
        using (var source = Run())
        {
            source.Fit(2);
            source.Trainer.SaveCheckpoint(saved);
        }
        using var run = Run();
        run.Trainer.SaveCheckpoint(probe);
        var untouched = File.ReadAllBytes(probe);
        var bytes = File.ReadAllBytes(saved);
        int rejected = 0, loaded = 0;
        for (var trial = 0; trial < trials; trial++)
        {
            File.WriteAllBytes(damaged, damage([.. bytes]));
            try
            {
                run.Trainer.LoadCheckpoint(damaged);
                loaded++;
                Assert.True(mayLoad, $"trial {trial}");
                run.Trainer.LoadCheckpoint(probe);
            }
            catch (InvalidDataException e)
            {
                rejected++;
                Assert.Contains(damaged, e.Message, StringComparison.Ordinal);
            }
            run.Trainer.SaveCheckpoint(damaged);
            Assert.Equal(untouched, File.ReadAllBytes(damaged));
        }
        Assert.True(rejected > trials / 4, $"{rejected} rejected, {loaded} loaded");
    }

    private static SmallRun Run() => new(new WaeTrainerOptions { EmaDecay = 0.9 }, new FitOptions { Observers = [new EarlyStoppingObserver(new MonitoredMetric("loss/total"))] });

    private static int StateAt(byte[] bytes) => bytes.AsSpan().IndexOf("\"wae.state\""u8) + 13;

    private static void Sign(byte[] bytes)
    {
        const int digits = 64;
        var start = bytes.AsSpan().IndexOf("\"wae.sha256\":\""u8);
        // The mutation may have hit the mark itself.
        if (start < 0)
        {
            return;
        }

        var place = bytes.AsSpan(start + 14, digits);
        place.Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes)), place);
    }
}
