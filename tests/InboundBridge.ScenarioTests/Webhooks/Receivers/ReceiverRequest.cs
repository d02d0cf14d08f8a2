using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.ScenarioTests.Webhooks.Receivers;

/// <summary>A signed request as the appliance sends it; <c>with</c> makes a wrong one of it.</summary>
internal sealed record ReceiverRequest
{
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    public required IReadOnlyList<(string Name, string Value)> Headers { get; init; }

    public required byte[] Body { get; init; }

    /// <param name="id">Its <c>webhook-id</c>.</param>
    /// <param name="body">A mail in <c>format: json</c>, or what a test takes for one.</param>
    /// <param name="minutes">How far its timestamp is off.</param>
    /// <param name="secrets">Each signs.</param>
    public static ReceiverRequest Signed(string id, byte[] body, double minutes = 0, params string[] secrets)
    {
        var seconds = TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{seconds}."), .. body];
        var signatures = (secrets.Length == 0 ? [ExampleReceiver.Secret] : secrets).Select(secret =>
            $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[6..]), signed))}");
        return new ReceiverRequest
        {
            Headers = [("webhook-id", id), ("webhook-timestamp", seconds), ("webhook-signature", string.Join(' ', signatures))],
            Body = body,
        };
    }

    /// <summary>The same with another value of a header, or without it.</summary>
    public ReceiverRequest With(string name, Func<string, string?> change) => this with
    {
        Headers = [.. Headers.SelectMany(header => header.Name != name ? [header]
            : change(header.Value) is { } value ? new[] { (name, value) } : [])],
    };
}
