using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// Compares a field's name with Authentication-Results like the most lenient reader (<see cref="LenientName"/>). Blanks are ignored too:
/// RFC 5322 §4.5.8 allows some before the colon.
/// </summary>
internal struct ResultsFieldName()
{
    private static readonly LenientName Name = new("Authentication-Results");

    private uint _places = LenientName.Beginning;
    private byte _before;

    public readonly bool IsWhole => Name.IsWhole(_places);

    /// <summary>
    /// False when a line with this start can't be the field. A line that begins with a blank continues the field before it.
    /// </summary>
    public static bool MayBegin(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            return false;
        var name = new ResultsFieldName();
        foreach (var octet in line)
        {
            if (octet == (byte)':')
                return name.IsWhole;
            if (octet is (byte)'\r' or (byte)'\n')
                return true;
            if (!name.Take(octet))
                return false;
        }
        return true;
    }

    /// <summary>Adds an octet; false when the name is a different one.</summary>
    public bool Take(byte octet)
    {
        _places = Name.Take(_places, octet, _before);
        _before = octet;
        return _places != 0;
    }
}
