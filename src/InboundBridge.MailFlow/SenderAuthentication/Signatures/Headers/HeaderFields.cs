using System.Buffers;
using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

/// <summary>
/// The fields of one header, which signatures pick by name from the bottom up (RFC 6376 §5.4.2). Each pick takes about constant time,
/// because a hostile header has thousands of fields of one name, and signatures that name it thousands of times.
/// </summary>
internal sealed class HeaderFields : IDisposable
{
    private const int None = -1;

    private readonly ReadOnlyMemory<byte> _octets;
    private Entry[] _entries = ArrayPool<Entry>.Shared.Rent(64);
    private int[] _buckets = [];
    private int _round;

    public HeaderFields(ReadOnlyMemory<byte> octets)
    {
        _octets = octets;
        Divide(octets.Span);
        Link();
    }

    public int Count { get; private set; }

    /// <summary>Names that were compared to chain the fields: about one a field, also of a hostile header.</summary>
    public long Compared { get; private set; }

    /// <summary>The whole field with its line ends, as it came.</summary>
    public ReadOnlySpan<byte> Field(int index) => _octets.Span[_entries[index].Start.._entries[index].End];

    /// <summary>Without blanks before the colon; empty for a line that is no field.</summary>
    public ReadOnlySpan<byte> Name(int index) => _octets.Span.Slice(_entries[index].Start, _entries[index].NameLength);

    /// <summary>Where the value begins in <see cref="Field"/>, after the colon.</summary>
    public int ValueStart(int index) => _entries[index].ValueStart;

    public bool IsNamed(int index, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Name(index), name);

    /// <summary>The next picks begin at the bottom again.</summary>
    public void BeginPicks() => _round++;

    /// <summary>
    /// The lowest field of that name that was not picked since <see cref="BeginPicks"/>; -1 when there is none (any more). The name's
    /// case does not matter.
    /// </summary>
    public int Pick(ReadOnlySpan<byte> name)
    {
        for (var lowest = _buckets[Bucket(name)]; lowest != None; lowest = _entries[lowest].NextName)
        {
            if (!IsNamed(lowest, name))
                continue;
            ref var entry = ref _entries[lowest];
            if (entry.Round != _round)
                (entry.Round, entry.NextPick) = (_round, lowest);
            var picked = entry.NextPick;
            if (picked != None)
                entry.NextPick = _entries[picked].Above;
            return picked;
        }
        return None;
    }

    /// <summary>How many fields have that name, whose case does not matter.</summary>
    public int CountOf(ReadOnlySpan<byte> name)
    {
        var count = 0;
        var lowest = _buckets[Bucket(name)];
        while (lowest != None && !IsNamed(lowest, name))
            lowest = _entries[lowest].NextName;
        for (var index = lowest; index != None; index = _entries[index].Above)
            count++;
        return count;
    }

    public void Dispose()
    {
        ArrayPool<Entry>.Shared.Return(_entries);
        ArrayPool<int>.Shared.Return(_buckets);
        (_entries, _buckets, Count) = ([], [], 0);
    }

    private void Divide(ReadOnlySpan<byte> octets)
    {
        for (var at = 0; at < octets.Length;)
        {
            var lineEnd = octets[at..].IndexOf((byte)'\n');
            var next = lineEnd < 0 ? octets.Length : at + lineEnd + 1;
            if (octets[at] is (byte)' ' or (byte)'\t' && Count > 0)
                _entries[Count - 1].End = next;
            else
                Add(octets, at, next);
            at = next;
        }
    }

    private void Add(ReadOnlySpan<byte> octets, int start, int end)
    {
        if (Count == _entries.Length)
        {
            var larger = ArrayPool<Entry>.Shared.Rent(Count * 2);
            _entries.CopyTo(larger, 0);
            ArrayPool<Entry>.Shared.Return(_entries);
            _entries = larger;
        }
        var colon = octets[start..end].IndexOf((byte)':');
        var name = colon < 0 ? default : octets.Slice(start, colon).TrimEnd(" \t"u8);
        _entries[Count++] = new Entry
        {
            Start = start,
            End = end,
            NameLength = name.Length,
            ValueStart = colon + 1,
            Above = None,
            NextName = None,
            Round = None,
        };
    }

    /// <summary>Chains the fields of each name from the bottom up, and the names of each bucket.</summary>
    private void Link()
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, Count * 2));
        _buckets = ArrayPool<int>.Shared.Rent(size);
        _buckets.AsSpan().Fill(None);
        var highest = ArrayPool<int>.Shared.Rent(Math.Max(1, Count));
        for (var index = Count - 1; index >= 0; index--)
        {
            var name = Name(index);
            // A name that is not ASCII equals none, not even itself, and would only make its bucket longer.
            if (name.IsEmpty || !Ascii.IsValid(name))
                continue;
            ref var bucket = ref _buckets[Bucket(name)];
            var lowest = bucket;
            for (; lowest != None && !IsNamed(lowest, name); lowest = _entries[lowest].NextName)
                Compared++;
            if (lowest == None)
                (_entries[index].NextName, bucket, highest[index]) = (bucket, index, index);
            else
                (_entries[highest[lowest]].Above, highest[lowest]) = (index, index);
        }
        ArrayPool<int>.Shared.Return(highest);
    }

    /// <summary>By a hash that is seeded for each process, so that nobody can choose names that all meet in one bucket.</summary>
    private int Bucket(ReadOnlySpan<byte> name)
    {
        const int Piece = 64;
        Span<byte> lower = stackalloc byte[Piece];
        var hash = default(HashCode);
        // The whole name: thousands of long names that differ only at their ends would meet in one bucket else.
        for (; !name.IsEmpty; name = name[Math.Min(name.Length, Piece)..])
        {
            Ascii.ToLower(name[..Math.Min(name.Length, Piece)], lower, out var written);
            hash.AddBytes(lower[..written]);
        }
        return (int)((uint)hash.ToHashCode() % (uint)_buckets.Length);
    }

    private struct Entry
    {
        public int Start;
        public int End;
        public int NameLength;
        public int ValueStart;

        /// <summary>The next field of the same name above.</summary>
        public int Above;

        /// <summary>Of the lowest field of a name: the lowest of another name in the same bucket.</summary>
        public int NextName;

        /// <summary>Of the lowest field of a name: which field is picked next, in which round of picks.</summary>
        public int NextPick;
        public int Round;
    }
}
