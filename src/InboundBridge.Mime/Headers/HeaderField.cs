namespace InboundBridge.Mime.Headers;

/// <summary>One header field where it stands in the raw octets.</summary>
/// <param name="Name">As written.</param>
/// <param name="Offset">Octet offset of the field's first character in the source.</param>
/// <param name="Length">Octets up to and with the field's last line end.</param>
/// <param name="Value">Unfolded and RFC 2047 decoded, white space at both ends gone.</param>
public sealed record HeaderField(string Name, long Offset, int Length, string Value);
