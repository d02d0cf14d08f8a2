using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace InboundBridge.Acme.Protocol;

/// <summary>The key of the account at the authority: P-256, ES256 (RFC 7518 §3.4).</summary>
internal sealed class AccountKey(ECDsa key) : IDisposable
{
    /// <summary>RFC 7638: the digest of the members that make the key, in the order of their names, without white space.</summary>
    private readonly string _thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(JwkOf(key).ToJsonString())));

    /// <summary>PKCS #8.</summary>
    public string Pem => key.ExportPkcs8PrivateKeyPem();

    public JsonObject Jwk => JwkOf(key);

    public static AccountKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">The text is no such key.</exception>
    public static AccountKey Read(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize != 256)
                throw new CryptographicException("the key is not on the curve P-256");
            return new AccountKey(key);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CryptographicException($"not a P-256 key in PEM: {fault.Message}", fault);
        }
    }

    /// <summary>What proves to the authority that the answer to a challenge is this account's (RFC 8555 §8.1).</summary>
    public string Authorize(string token) => $"{token}.{_thumbprint}";

    /// <returns>R and S, 32 octets each.</returns>
    public byte[] Sign(ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256);

    public void Dispose() => key.Dispose();

    private static JsonObject JwkOf(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["crv"] = "P-256",
            ["kty"] = "EC",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }
}
