using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

/// <summary>The receiver's half of Standard Webhooks 1.0.0, written from the specification and sharing no code with the signer.</summary>
internal static class SignatureCheck
{
    /// <summary>True when the request carries a <c>v1</c> signature of the secret over exactly these octets.</summary>
    /// <param name="secret"><c>whsec_</c> and base64.</param>
    public static bool IsSigned(RecordedRequest request, string secret, byte[]? body = null)
    {
        var id = request.Header("webhook-id");
        var timestamp = long.Parse(request.Header("webhook-timestamp")!, CultureInfo.InvariantCulture);
        byte[] signed =
            [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body ?? request.Body];
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        return request.Header("webhook-signature")!.Split(' ').Contains(expected, StringComparer.Ordinal);
    }
}
