using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>
/// Shows people the options that a rule overrides (<c>SpooledDelivery.OptionsJson</c>). Only the values of options that are known to hold
/// no secret are shown; every other value is masked, whatever its name.
/// </summary>
public static class ShownOptions
{
    public const string Blot = "***";

    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "format", "attachments", "responses", "timeout", "mode", "url_host_from_mail", "trusted_certificates", "unreadable_options",
        "host", "port", "tls", "mx", "address", "connection_reuse", "connect_timeout", "command_timeout", "data_timeout", "idle_timeout",
    };

    /// <summary>Random for each process, so that a mark says nothing about its secret to anybody else.</summary>
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static string Of(string json) => Shown(json).ToJsonString();

    /// <summary>As <see cref="Of"/>, with a mark that differs where blotted-out values differ: for comparisons.</summary>
    public static string Compared(string json)
    {
        var shown = Of(json);
        return shown == (Parse(json)?.ToJsonString() ?? json)
            ? shown
            : $"{shown} (secrets {Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(json)).AsSpan(0, 4))})";
    }

    /// <summary>A URL without its user and without the values of its query, where tokens may stand.</summary>
    /// <param name="keepsPlaces">
    /// Keeps values that are a <c>{placeholder}</c>, which come from mail, or a <c>${NAME}</c>, which names a secret without telling it.
    /// </param>
    public static string Url(string url, bool keepsPlaces = false)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : scheme + 3;
        var end = url.AsSpan(start).IndexOfAny('/', '?', '#') is var found and >= 0 ? start + found : url.Length;
        var at = url.LastIndexOf('@', Math.Max(end - 1, 0));
        var plain = at >= start ? string.Concat(url.AsSpan(0, start), Blot, url.AsSpan(at)) : url;
        var query = plain.IndexOf('?', StringComparison.Ordinal);
        if (query < 0)
            return plain;
        var fragment = plain.IndexOf('#', query) is var mark and >= 0 ? mark : plain.Length;
        var values = plain[(query + 1)..fragment].Split('&').Select(value => Value(value, keepsPlaces));
        return string.Concat(plain.AsSpan(0, query + 1), string.Join('&', values), plain.AsSpan(fragment));
    }

    private static string Value(string pair, bool keepsPlaces)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var value = pair.AsSpan(equals + 1);
        if (keepsPlaces && (value.StartsWith("{") || value.StartsWith("${")) && value.IndexOf('}') == value.Length - 1)
            return pair;
        return pair.Length == 0 ? pair : equals < 0 ? Blot : string.Concat(pair.AsSpan(0, equals + 1), Blot);
    }

    private static JsonObject Shown(string json) =>
        Parse(json) is not { } options
            ? []
            : new JsonObject(options.Select(option => KeyValuePair.Create(option.Key, option.Key switch
            {
                "url" when option.Value?.GetValueKind() == JsonValueKind.String => JsonValue.Create(Url(option.Value.GetValue<string>())),
                _ when Harmless.Contains(option.Key) => option.Value?.DeepClone(),
                _ => Blotted(option.Value),
            })));

    /// <summary>The names of headers and of ways to sign in are shown.</summary>
    private static JsonNode? Blotted(JsonNode? value) => value switch
    {
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Blotted(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Blotted)]),
        null => null,
        _ => JsonValue.Create(Blot),
    };

    private static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            // Text that isn't JSON may be anything, so nothing of it is shown.
            return null;
        }
    }
}
