using System.Globalization;
using System.Text.Json;
using InboundBridge.MailFlow.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Sending;

/// <summary>
/// Reads the options that a rule overrides (<c>SpooledDelivery.OptionsJson</c>): a JSON object with the configuration's option names,
/// durations and sizes as text. The queue's own options are ignored.
/// </summary>
internal static class WebhookOverrides
{
    /// <exception cref="MisfitOptionsException">An option that is unknown or has a value of another structure.</exception>
    /// <exception cref="FormatException">An option whose text is wrong.</exception>
    public static WebhookOptions Apply(WebhookOptions options, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.TryGetProperty("url", out var url) && WebhookUrl.TryParse(Text(url), out var other, out _)
                && WebhookUrl.HostMayComeFromMail(options.Url, other!))
            {
                options = ForAnotherHost(options, hasOwnSecret: document.RootElement.TryGetProperty("secret", out _));
            }
            foreach (var option in document.RootElement.EnumerateObject())
                options = Apply(options, option.Name, option.Value);
            return options;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new MisfitOptionsException("the rule's options are not what the destination takes", fault);
        }
    }

    /// <summary>Credentials for the configured host, API keys in headers included, are not sent to another host.</summary>
    private static WebhookOptions ForAnotherHost(WebhookOptions options, bool hasOwnSecret) => options with
    {
        BasicAuth = null,
        BearerToken = null,
        ClientCertificate = null,
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
        IsSecretOfAnotherHost = !hasOwnSecret,
    };

    private static WebhookOptions Apply(WebhookOptions options, string name, JsonElement value) => name switch
    {
        "url" => options with { Url = Text(value) },
        "format" => options with { Format = Text(value) },
        "secret" => options with
        {
            Secrets = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Text)] : [Text(value)],
        },
        "headers" => options with { Headers = Headers(options.Headers, value) },
        "auth" => Auth(options, value),
        "attachments" => Attachments(options, value),
        "responses" => options with { Responses = Responses(options.Responses, value) },
        "trusted_certificates" => options with { TrustedCertificates = Text(value) },
        "timeout" => options with { Timeout = Duration(Text(value)) },
        // Not an option: the rules set it when the mail decides the host (RuleDestinationKind.HostFromMailKey).
        "url_host_from_mail" => options with { HostFromMail = value.ValueKind == JsonValueKind.True },
        "concurrency" or "rate" or "order" or "retry" or "on_failure" or "circuit" or "mode" => options,
        _ => throw new MisfitOptionsException($"a webhook has no option \"{name}\""),
    };

    private static Dictionary<string, string> Headers(IReadOnlyDictionary<string, string> configured, JsonElement value)
    {
        var headers = new Dictionary<string, string>(configured, StringComparer.OrdinalIgnoreCase);
        foreach (var header in value.EnumerateObject())
        {
            // The value may come from the mail (its subject, say). A line end in it must
            // neither fail the delivery nor begin another header.
            // A value may come from the mail: a line end in it must neither fail the delivery nor begin another header.
            var text = OneLineText.Of(Text(header.Value));
            WebhookOptionsValidator.ThrowIfReserved(header.Name, text);
            headers[header.Name] = text;
        }
        return headers;
    }

    private static WebhookOptions Auth(WebhookOptions options, JsonElement value)
    {
        options = options with { BasicAuth = null, BearerToken = null, ClientCertificate = null };
        foreach (var way in value.EnumerateObject())
        {
            options = way.Name switch
            {
                "basic" => options with { BasicAuth = Text(way.Value) },
                "client_certificate" => options with { ClientCertificate = Text(way.Value) },
                "bearer" => options with { BearerToken = Text(way.Value) },
                _ => throw new MisfitOptionsException($"auth has no \"{way.Name}\""),
            };
        }
        return options;
    }

    private static WebhookOptions Attachments(WebhookOptions options, JsonElement value)
    {
        foreach (var part in value.EnumerateObject())
        {
            options = part.Name switch
            {
                "inline" => options with { InlineAttachments = Size(Text(part.Value)) },
                "otherwise" => options with { OtherAttachments = Word<LargeAttachments>(Text(part.Value)) },
                _ => throw new MisfitOptionsException($"attachments has no \"{part.Name}\""),
            };
        }
        return options;
    }

    private static Dictionary<int, WebhookStatusMeaning> Responses(
        IReadOnlyDictionary<int, WebhookStatusMeaning> configured, JsonElement value)
    {
        var responses = new Dictionary<int, WebhookStatusMeaning>(configured);
        foreach (var response in value.EnumerateObject())
            responses[(int)Number(response.Name)] = Word<WebhookStatusMeaning>(Text(response.Value));
        return responses;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? string.Empty,
        JsonValueKind.Number => value.GetRawText(),
        _ => throw new MisfitOptionsException("an option of the rule is no text"),
    };

    private static T Word<T>(string text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var word) && !char.IsDigit(text[0])
            ? word
            : throw new FormatException($"\"{text}\" is not one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    private static TimeSpan Duration(string text)
    {
        var unit = text.TrimStart("0123456789".ToCharArray());
        var number = Number(text[..^unit.Length]);
        return unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            "d" => TimeSpan.FromDays(number),
            _ => throw new FormatException($"\"{text}\" is no duration like 30s or 5m"),
        };
    }

    private static long Size(string text)
    {
        var unit = text.TrimStart("0123456789".ToCharArray());
        return (long)Number(text[..^unit.Length]) << unit switch
        {
            "" or "B" => 0,
            "KB" => 10,
            "MB" => 20,
            "GB" => 30,
            _ => throw new FormatException($"\"{text}\" is no size like 10KB or 50MB"),
        };
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"\"{text}\" is no number");
}
