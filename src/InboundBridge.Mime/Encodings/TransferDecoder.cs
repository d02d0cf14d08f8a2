namespace InboundBridge.Mime.Encodings;

/// <summary>Decodes a content-transfer-encoding piece by piece; the pieces may be cut anywhere.</summary>
internal abstract class TransferDecoder
{
    /// <summary>
    /// Decodes from <paramref name="input"/> into <paramref name="output"/> until one of them is used up. With <paramref name="last"/> there is no more input behind this,
    /// and what is held back comes out.
    /// </summary>
    public abstract void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written);

    /// <summary>A decoder in the same state, which goes its own way.</summary>
    public virtual TransferDecoder Copy() => (TransferDecoder)MemberwiseClone();

    /// <summary>True once something was found that the encoding does not allow.</summary>
    public bool SawErrors { get; protected set; }

    /// <summary>Output must have at least this much room for the decoder to get on.</summary>
    public const int SmallestOutput = 1024;

    public static TransferDecoder For(string? encoding) => encoding switch
    {
        "base64" => new Base64Decoder(),
        "quoted-printable" => new QuotedPrintableDecoder(),
        "x-uuencode" or "uuencode" or "x-uue" or "uue" => new UuDecoder(),
        _ => new IdentityDecoder(),
    };
}
