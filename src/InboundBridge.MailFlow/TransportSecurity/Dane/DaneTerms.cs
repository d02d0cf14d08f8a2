using System.Security.Cryptography;

namespace InboundBridge.MailFlow.TransportSecurity.Dane;

/// <summary>What a host's certificate is compared with.</summary>
/// <param name="Records">Usable records; at least one.</param>
/// <param name="Names">
/// The names that a certificate below a DANE-TA record may have, the TLSA base domain first (RFC 7672 §3.2.2).
/// </param>
public sealed record DaneTerms(IReadOnlyList<DaneRecord> Records, IReadOnlyList<string> Names)
{
    /// <summary>The name for the server to choose its certificate by (SNI, RFC 7672 §8.1).</summary>
    public string ServerName => Names[0];

    /// <summary>The same for the same terms: connections that were checked by other terms are not used.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var record in Records)
        {
            hash.AppendData([(byte)(record.IsAuthority ? 2 : 3), (byte)(record.IsKey ? 1 : 0), (byte)record.Matching]);
            hash.AppendData(BitConverter.GetBytes(record.Data.Length));
            hash.AppendData(record.Data.Span);
        }
        foreach (var name in Names)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name + "\n"));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
