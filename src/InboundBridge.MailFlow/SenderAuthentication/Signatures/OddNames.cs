using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>
/// Finds fields that only some programs take for a field of a known name: with control characters or octets above 126 in the name, which
/// some programs drop, or behind a CR without LF, which some take for the end of a line. Nobody but a forger writes them, and a forger may
/// write nothing else: so the work is linear in the header's size.
/// </summary>
internal sealed class OddNames(LenientName[] names)
{
    private readonly List<LenientName> _found = [];

    /// <summary>Octets that were compared with all names. No octet is compared more often than a name has letters.</summary>
    public long Compared { get; private set; }

    /// <returns>Each of the names that a field is taken for.</returns>
    public IReadOnlyList<LenientName> Find(HeaderFields header)
    {
        for (var index = 0; index < header.Count && _found.Count < names.Length; index++)
        {
            var field = header.Field(index);
            if (header.Name(index).IsEmpty || header.Name(index).ContainsAnyExceptInRange((byte)'!', (byte)'~'))
                Compare(field);
            while (field.IndexOf((byte)'\r') is >= 0 and var end)
            {
                field = field[(end + 1)..];
                if (field is [(byte)'\n', ..])
                    continue;
                Compare(field);
                // A line that begins among the octets that are dropped next is taken for nothing else than this one.
                var printable = field.IndexOfAnyInRange((byte)'!', (byte)'~');
                field = printable < 0 ? [] : field[printable..];
            }
        }
        return _found;
    }

    /// <summary>Adds the names that the line begins with, with a colon behind, if everything that is not printable is dropped.</summary>
    private void Compare(ReadOnlySpan<byte> line)
    {
        Span<uint> places = stackalloc uint[names.Length];
        places.Fill(LenientName.Beginning);
        byte before = 0;
        foreach (var octet in line)
        {
            Compared++;
            if (octet == ':')
            {
                AddWhole(places);
                return;
            }
            if (!LenientName.IsDropped(octet, before) && !Take(places, octet, before))
                return;
            before = octet;
        }
    }

    /// <summary>False where the line is none of the names.</summary>
    private bool Take(Span<uint> places, byte octet, byte before)
    {
        uint any = 0;
        for (var index = 0; index < places.Length; index++)
            any |= places[index] = names[index].Take(places[index], octet, before);
        return any != 0;
    }

    private void AddWhole(ReadOnlySpan<uint> places)
    {
        for (var index = 0; index < places.Length; index++)
        {
            if (names[index].IsWhole(places[index]) && !_found.Contains(names[index]))
                _found.Add(names[index]);
        }
    }
}
