using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace InboundBridge.Acme.Protocol;

/// <summary>Writes the signed bodies of requests: flattened JWS (RFC 7515 §7.2.2, RFC 8555 §6.2).</summary>
internal static class SignedRequest
{
    /// <param name="account">The account's URL; null while there is none, so that the key itself is sent.</param>
    /// <param name="payload">Null: POST-as-GET (RFC 8555 §6.3).</param>
    public static string Write(AccountKey key, Uri? account, string nonce, Uri url, JsonObject? payload)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["nonce"] = nonce, ["url"] = url.AbsoluteUri };
        if (account is null)
            header["jwk"] = key.Jwk;
        else
            header["kid"] = account.AbsoluteUri;
        return Flatten(header, payload?.ToJsonString() ?? string.Empty, key.Sign).ToJsonString();
    }

    /// <summary>Binds our key to an account that the operator has (RFC 8555 §7.3.4): signed by HMAC with that account's key.</summary>
    public static JsonObject Bind(AccountKey key, ExternalAccount account, Uri newAccount) => Flatten(
        new JsonObject { ["alg"] = "HS256", ["kid"] = account.Kid, ["url"] = newAccount.AbsoluteUri },
        key.Jwk.ToJsonString(), data => HMACSHA256.HashData(account.Hmac.Span, data));

    private static JsonObject Flatten(JsonObject header, string payload, Signer sign)
    {
        var head = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()));
        var body = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        return new JsonObject
        {
            ["protected"] = head,
            ["payload"] = body,
            ["signature"] = Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes($"{head}.{body}"))),
        };
    }

    private delegate byte[] Signer(ReadOnlySpan<byte> data);
}
