namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// Compares a field's name with Authentication-Results like the most lenient reader. It ignores case, blanks (RFC 5322 §4.5.8 allows some
/// before the colon), control characters and octets above 127, which some readers drop, and accepts letters that Unicode folds to ASCII.
/// </summary>
internal struct ResultsFieldName
{
    private int _matched;
    private byte _lead;

    private static ReadOnlySpan<byte> Name => "authentication-results"u8;

    public readonly bool IsWhole => _matched == Name.Length;

    /// <summary>
    /// False when a line with this start can't be the field. A line that begins with a blank continues the field before it.
    /// </summary>
    public static bool MayBegin(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            return false;
        var name = default(ResultsFieldName);
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
        var lead = _lead;
        _lead = octet is 0xC4 or 0xC5 ? octet : (byte)0;
        if (octet is <= (byte)' ' or >= 0x7F)
        {
            if (!IsWhole && Folded(lead, octet) == Name[_matched])
                _matched++;
            return true;
        }
        var lower = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
        if (IsWhole || lower != Name[_matched])
            return false;
        _matched++;
        return true;
    }

    /// <summary>U+017F, U+0130 and U+0131, which Unicode comparisons treat as s and i.</summary>
    private static byte Folded(byte lead, byte octet) => (lead, octet) switch
    {
        (0xC5, 0xBF) => (byte)'s',
        (0xC4, 0xB0 or 0xB1) => (byte)'i',
        _ => 0,
    };
}
