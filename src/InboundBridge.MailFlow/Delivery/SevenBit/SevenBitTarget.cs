namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>What a server takes, so that no more of a mail is changed than it needs.</summary>
/// <param name="EightBit">Octets above 127 in bodies (8BITMIME, RFC 6152).</param>
/// <param name="Utf8Headers">Octets above 127 in header fields.</param>
internal readonly record struct SevenBitTarget(bool EightBit, bool Utf8Headers)
{
    /// <summary>Whether a body has to be encoded.</summary>
    /// <param name="transferEncoding">Of the part. Binary content may have lines of any length.</param>
    public bool MustEncode(in OctetTraits body, string transferEncoding) =>
        body.IsBinary || (body.EightBit > 0 && !EightBit) || (body.HasLongLine && transferEncoding == "binary");

    /// <summary>What Content-Transfer-Encoding says of a part that is not encoded; null where it may stay as it is.</summary>
    public string? Label(string transferEncoding) => transferEncoding switch
    {
        "binary" => Widest,
        "8bit" when !EightBit => "7bit",
        _ => null,
    };

    /// <summary>The Content-Transfer-Encoding that allows everything that this server takes.</summary>
    public string Widest => EightBit ? "8bit" : "7bit";
}
