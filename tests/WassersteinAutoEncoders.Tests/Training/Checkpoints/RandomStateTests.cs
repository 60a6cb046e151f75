using System.Buffers.Binary;
using WassersteinAutoEncoders.Training.Checkpoints;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

public sealed class RandomStateTests
{
    private const int Words = 624, Left = 8, NextAt = 16, FirstWord = 24, Normals = FirstWord + Words * 8;

    [Fact]
    public void Every_state_that_a_generator_can_be_in_is_accepted()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 300; trial++)
        {
            using var generator = Used(random);
            using var state = generator.get_state();
            RandomState.Check("random", state);
        }
    }

    /// <summary>What is drawn after a state was accepted is what a twister written here draws from its words: no word comes from beyond them.</summary>
    [Fact]
    public void Every_accepted_state_draws_from_its_own_words_and_every_other_is_refused()
    {
        var random = new Random(2);
        int accepted = 0, refused = 0;
        for (var trial = 0; trial < 400; trial++)
        {
            using var generator = Used(random);
            using var state = generator.get_state();
            Damage(state.bytes, random);
            try
            {
                RandomState.Check("random", state);
            }
            catch (InvalidDataException)
            {
                refused++;
                continue;
            }

            accepted++;
            using var other = new Generator(1);
            other.set_state(state);
            var expected = new Twister(state.bytes);
            // One word each, of which 24 bits are taken (from 28 on, libtorch takes two words).
            using var drawn = empty(1500, dtype: ScalarType.Int64).random_(0, 1L << 24, generator: other);
            Assert.Equal(Enumerable.Range(0, 1500).Select(_ => expected.Next() & 0xFF_FFFF), drawn.data<long>().ToArray());
        }

        Assert.InRange(accepted, 40, 360);
        Assert.InRange(refused, 40, 360);
    }

    public static TheoryData<string, int, byte[]> Forgeries => new()
    {
        { "left and next at once at the end", Left, Bytes(624, 1, 624) },
        { "next beyond what is left", Left, Bytes(3, 1, 623) },
        { "fresh, but in the middle", Left, Bytes(1, 1, 7) },
        { "nothing left", Left, Bytes(0, 1, 624) },
        { "negative", Left, Bytes(-1, 1, 626) },
        { "not seeded", Left, Bytes(624, 0, 1) },
        { "a long next", Left, Bytes(624, 1, 1 | 1L << 32) },
        { "a word of 33 bits", FirstWord, [0, 0, 0, 0, 1] },
        { "all words 0", FirstWord, new byte[Words * 8] },
        { "a normal sample that is not a number", Normals + 8, [.. BitConverter.GetBytes(double.NaN), 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0] },
        { "a normal sample of 100", Normals + 8, [.. BitConverter.GetBytes(100.0), 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0] },
        { "a sample without its mark", Normals + 8, [.. BitConverter.GetBytes(1.0), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "a mark of 2", Normals + 24, [2] },
        { "an infinite single sample", Normals + 32, [.. BitConverter.GetBytes(float.PositiveInfinity), 1] },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_forged_state_is_refused(string what, int at, byte[] bytes)
    {
        using var generator = new Generator(3);
        using var state = generator.get_state();
        bytes.CopyTo(state.bytes[at..]);
        var error = Assert.Throws<InvalidDataException>(() => RandomState.Check("random/prior", state));
        Assert.Contains("random/prior", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(what);
    }

    private static byte[] Bytes(int left, int seeded, long next) => [.. BitConverter.GetBytes(left), .. BitConverter.GetBytes(seeded), .. BitConverter.GetBytes(next)];

    private static Generator Used(Random random)
    {
        var generator = new Generator((ulong)random.NextInt64());
        using var scope = NewDisposeScope();
        switch (random.Next(4))
        {
            case 0:
                break;
            case 1:
                // Fewer than 16 are drawn in pairs, of which an odd count keeps one.
                randn(1 + random.Next(15), generator: generator, dtype: random.Next(2) == 0 ? ScalarType.Float32 : ScalarType.Float64);
                break;
            default:
                rand(random.Next(2000), generator: generator);
                break;
        }

        return generator;
    }

    private static void Damage(Span<byte> bytes, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                BinaryPrimitives.WriteInt32LittleEndian(bytes[Left..], random.Next(1, Words + 1));
                break;
            case 1:
                BinaryPrimitives.WriteInt64LittleEndian(bytes[NextAt..], random.Next(0, Words + 1));
                break;
            case 2:
                // Consistent numbers, but others: a valid state.
                var left = random.Next(1, Words + 1);
                BinaryPrimitives.WriteInt32LittleEndian(bytes[Left..], left);
                BinaryPrimitives.WriteInt64LittleEndian(bytes[NextAt..], Words + 1 - left);
                break;
            default:
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                break;
        }
    }

    /// <summary>MT19937 (Matsumoto and Nishimura, ACM TOMACS 1998), from the words and the position of a state.</summary>
    private sealed class Twister
    {
        private readonly uint[] _words = new uint[Words];
        private int _next;

        public Twister(ReadOnlySpan<byte> state)
        {
            for (var i = 0; i < Words; i++)
            {
                _words[i] = (uint)BinaryPrimitives.ReadUInt64LittleEndian(state[(FirstWord + i * 8)..]);
            }

            var left = BinaryPrimitives.ReadInt32LittleEndian(state[Left..]);
            _next = left == 1 ? Words : (int)BinaryPrimitives.ReadUInt64LittleEndian(state[NextAt..]);
        }

        public long Next()
        {
            if (_next == Words)
            {
                for (var i = 0; i < Words; i++)
                {
                    var joined = (_words[i] & 0x8000_0000) | (_words[(i + 1) % Words] & 0x7FFF_FFFF);
                    _words[i] = _words[(i + 397) % Words] ^ (joined >> 1) ^ ((joined & 1) == 0 ? 0 : 0x9908_B0DF);
                }

                _next = 0;
            }

            var y = _words[_next++];
            y ^= y >> 11;
            y ^= (y << 7) & 0x9D2C_5680;
            y ^= (y << 15) & 0xEFC6_0000;
            return y ^ (y >> 18);
        }
    }
}
