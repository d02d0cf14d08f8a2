using System.Text;

namespace InboundBridge.Fuzz;

/// <summary>
/// New inputs from old ones: flips, cuts, copies, splices, and the target's own words. The same seed gives the same inputs.
/// </summary>
internal sealed class FuzzMutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<string> words, int seed)
{
    private const int Longest = 4096;

    private static readonly byte[] Interesting =
        [0, 1, 9, 10, 13, 32, (byte)'.', (byte)'"', (byte)'<', (byte)'>', (byte)'@', (byte)'\\', 0x7F, 0x80, 0xC3, 0xFF];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var input = new List<byte>(corpus.Count == 0 ? [] : corpus[_random.Next(corpus.Count)]);
        for (var step = _random.Next(1, 8); step > 0; step--)
            Mutate(input);
        return [.. input.Take(Longest)];
    }

    private void Mutate(List<byte> input)
    {
        var at = _random.Next(input.Count + 1);
        switch (_random.Next(7))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = Interesting[_random.Next(Interesting.Length)];
                break;
            case 2:
                input.Insert(at, Interesting[_random.Next(Interesting.Length)]);
                break;
            case 3 when at < input.Count:
                input.RemoveRange(at, _random.Next(1, Math.Min(16, input.Count - at) + 1));
                break;
            case 4 when at < input.Count:
                input.InsertRange(_random.Next(input.Count), [.. input.Skip(at).Take(_random.Next(1, 64))]);
                break;
            case 5 when corpus.Count > 0:
                var other = corpus[_random.Next(corpus.Count)];
                input.RemoveRange(at, input.Count - at);
                input.AddRange(other.Skip(_random.Next(other.Length + 1)));
                break;
            default:
                input.InsertRange(at, Encoding.UTF8.GetBytes(words[_random.Next(words.Count)]));
                break;
        }
    }
}
