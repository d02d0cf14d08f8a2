using System.Globalization;

namespace InboundBridge.MailFlow.TransportSecurity.Dane;

/// <summary>A TLSA record that can be used for SMTP (RFC 7672 §3.1).</summary>
/// <param name="IsAuthority">Usage 2 (DANE-TA): of an authority in the chain; else usage 3 (DANE-EE): of the server's certificate.</param>
/// <param name="IsKey">Selector 1: the public key; else the whole certificate.</param>
/// <param name="Matching">0 the data itself, 1 SHA-256, 2 SHA-512.</param>
public sealed record DaneRecord(bool IsAuthority, bool IsKey, int Matching, ReadOnlyMemory<byte> Data)
{
    /// <summary>In presentation form (RFC 6698 §2.2).</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsAuthority ? 2 : 3)} {(IsKey ? 1 : 0)} {Matching} {Convert.ToHexStringLower(Data.Span)}");
}
