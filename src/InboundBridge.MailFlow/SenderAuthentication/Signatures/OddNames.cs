using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>
/// Finds fields that only some programs take for a field of a known name: with control characters or octets above 126 in the name, which
/// some programs drop, or behind a CR without LF, which some take for the end of a line. Nobody but a forger writes them.
/// </summary>
internal static class OddNames
{
    /// <returns>Each of the names that a field is taken for.</returns>
    public static List<byte[]> Find(HeaderFields header, byte[][] names)
    {
        var found = new List<byte[]>();
        for (var index = 0; index < header.Count; index++)
        {
            if (header.Name(index).IsEmpty || header.Name(index).ContainsAnyExceptInRange((byte)'!', (byte)'~'))
                AddMatch(header.Field(index), names, found);
            var field = header.Field(index);
            while (field.IndexOf((byte)'\r') is >= 0 and var end)
            {
                field = field[(end + 1)..];
                if (field is not [(byte)'\n', ..])
                    AddMatch(field, names, found);
            }
        }
        return found;
    }

    private static void AddMatch(ReadOnlySpan<byte> line, byte[][] names, List<byte[]> found)
    {
        foreach (var name in names)
        {
            if (Matches(line, name) && !found.Contains(name))
                found.Add(name);
        }
    }

    /// <summary>Whether the line begins with the name and a colon, if everything that is not printable is dropped.</summary>
    private static bool Matches(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        var matched = 0;
        foreach (var octet in line)
        {
            if (octet == ':')
                return matched == name.Length;
            if (octet is <= (byte)' ' or >= 0x7F)
                continue;
            if (matched == name.Length || (octet | 0x20) != (name[matched++] | 0x20))
                return false;
        }
        return false;
    }
}
