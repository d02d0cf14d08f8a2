namespace InboundBridge.Mime.Encodings;

/// <summary>Decodes a content-transfer-encoding in pieces, which may be cut anywhere.</summary>
internal abstract class TransferDecoder
{
    /// <summary>
    /// Decodes from <paramref name="input"/> into <paramref name="output"/> until one of them is used up. With <paramref name="last"/> this
    /// is the end of the input, and octets held back are written.
    /// </summary>
    public abstract void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written);

    /// <summary>An independent decoder in the same state.</summary>
    public virtual TransferDecoder Copy() => (TransferDecoder)MemberwiseClone();

    /// <summary>True once something was found that the encoding does not allow.</summary>
    public bool SawErrors { get; protected set; }

    /// <summary>The decoder makes progress only with at least this much room for output.</summary>
    public const int SmallestOutput = 1024;

    public static TransferDecoder For(string? encoding) => encoding switch
    {
        "base64" => new Base64Decoder(),
        "quoted-printable" => new QuotedPrintableDecoder(),
        "x-uuencode" or "uuencode" or "x-uue" or "uue" => new UuDecoder(),
        _ => new IdentityDecoder(),
    };
}
