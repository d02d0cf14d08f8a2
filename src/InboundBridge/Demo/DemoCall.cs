using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Text;

namespace InboundBridge.Demo;

/// <summary>A request that the demo's receiver got.</summary>
/// <param name="Id">The header <c>webhook-id</c>: the same in every attempt of a delivery.</param>
/// <param name="Path">The path of the URL, by which the receiver tells the destinations apart.</param>
/// <param name="IsSigned">The signature fits the octets and the secret.</param>
/// <param name="Body">The JSON on several lines, with long texts cut.</param>
public sealed record DemoCall(
    DateTimeOffset At, string Id, string Path, bool IsSigned, string? MessageId, string? Sender, string? Subject, string? Rule, string Body)
{
    private const int LongestText = 400;

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="data">What is below <c>data</c> in the body.</param>
    internal static DemoCall Of(DateTimeOffset at, string id, string path, bool isSigned, JsonObject data)
    {
        var shown = (JsonObject)data.DeepClone();
        foreach (var attachment in shown["attachments"]?.AsArray() ?? [])
            attachment!["content"] = "…";
        foreach (var name in new[] { "text", "reply_text", "html" })
        {
            if (shown[name]?.GetValue<string>() is { Length: > LongestText } text)
                shown[name] = CutText.At(text, LongestText) + "…";
        }
        return new DemoCall(
            at, id, path, isSigned, (string?)data["id"], (string?)data["envelope"]?["sender"], (string?)data["subject"],
            (string?)data["rule"], shown.ToJsonString(Readable));
    }

    /// <summary>
    /// Whether a request comes from whoever knows the secret (Standard Webhooks 1.0.0, docs/webhooks.md), as a receiver of your own would
    /// find out.
    /// </summary>
    /// <param name="secret"><c>whsec_</c> and base64.</param>
    internal static bool IsSignedBy(string secret, string id, string timestamp, ReadOnlySpan<byte> body, string signatures)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.ASCII.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}");
        return signatures.Split(' ').Any(
            signature => CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(signature)));
    }
}
