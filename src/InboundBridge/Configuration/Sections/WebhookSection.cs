using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Configuration.Sections;

internal static class WebhookSection
{
    public static SectionShape<DestinationSettings> Shape { get; } = QueueKeys.Keys(new SectionShape<DestinationSettings>("A webhook.", Initial)
        .Required("url", Scalars.Url, (destination, value) => Set(destination, Of(destination) with { Url = value }), "http or https")
        .Key("format", Scalars.Choice([.. WebhookFormats.Names.Select(format => (format, format))]), (destination, value) => Set(destination, Of(destination) with { Format = value }),
            "What is posted.", "json")
        .Key("secret", new ListShape<Secret>(Scalars.Secret, singleToo: true, minimum: 1),
            (destination, value) => Set(destination, Of(destination) with { Secrets = [.. value.Select(secret => secret.Reveal())] }),
            "Signs each request (Standard Webhooks: whsec_… or whsk_…), at least 24 octets, or the vendor's own credential. A list signs with each, for rotation.", mustHaveValue: true)
        .Key("headers", new MapShape<string, string>(HeaderName, HeaderValue, StringComparer.OrdinalIgnoreCase),
            (destination, value) => Set(destination, Of(destination) with { Headers = value }), "Sent with each request.")
        .Key("auth", Auth, WithAuth, "How the receiver knows us: basic, bearer or client_certificate.", mustHaveValue: true)
        .Key("trusted_certificates", new PathShape(PathMustBe.File), (destination, value) => Set(destination, Of(destination) with { TrustedCertificates = value }),
            "A PEM file of authorities that are trusted beside the system's.")
        .Key("mode", Scalars.Choice(("queue", WebhookMode.Queue), ("sync", WebhookMode.Sync)),
            (destination, value) => destination with { WebhookExtras = destination.WebhookExtras with { Mode = value } },
            "sync: asked inside the SMTP transaction; the queue takes over on a time-out.", "queue")
        .Key("attachments", Attachments, (destination, value) => Set(destination, Of(destination) with { InlineAttachments = value.Inline, OtherAttachments = value.Otherwise }),
            "How attachments travel.")
        .Key("responses", new MapShape<int, WebhookStatusMeaning>(Status, Meaning), (destination, value) => Set(destination, Of(destination) with { Responses = value }),
            "Statuses that mean something else than usual.")
        .Key("transform", new PathShape(PathMustBe.File), (destination, value) => destination with { WebhookExtras = destination.WebhookExtras with { Transform = value } },
            "A script that makes headers and body.")
        .Key("allow_private_addresses", Scalars.Toggle, (destination, value) => Set(destination, Of(destination) with { AllowPrivateAddresses = value }),
            "A URL whose host comes from mail may reach private addresses.", "false")
        .Key("timeout", Scalars.Duration(TimeSpan.FromMilliseconds(100)), (destination, value) => Set(destination, Of(destination) with { Timeout = value }),
            "From connecting to the last octet of the answer.", "30s"))
        .Check(CheckWhole);

    private static SectionShape<WebhookAuth> Auth => new SectionShape<WebhookAuth>("One of three ways.", () => new WebhookAuth())
        .Key("basic", BasicUser, (auth, value) => auth with { Basic = value }, "user:password", mustHaveValue: true)
        .Key("bearer", Scalars.Secret, (auth, value) => auth with { Bearer = value.Reveal() }, "A token.", mustHaveValue: true)
        .Key("client_certificate", new PathShape(PathMustBe.File), (auth, value) => auth with { Certificate = value }, "A PEM file with certificate and key.", mustHaveValue: true)
        .Check((auth, node, reading) =>
        {
            if (new[] { auth.Basic, auth.Bearer, auth.Certificate }.Count(way => way is not null) != 1)
                reading.Error(node, "expected one of basic, bearer, client_certificate");
        });

    private static SectionShape<(long Inline, LargeAttachments Otherwise)> Attachments =>
        new SectionShape<(long Inline, LargeAttachments Otherwise)>("How attachments travel.", () => (1024 * 1024, LargeAttachments.Link))
            .Key("inline", Scalars.Size(0), (attachments, value) => (value, attachments.Otherwise), "Decoded octets up to which the content is in the request.", "1MB")
            .Key("otherwise", Scalars.Choice(("link", LargeAttachments.Link), ("omit", LargeAttachments.Omit), ("inline", LargeAttachments.Inline)),
                (attachments, value) => (attachments.Inline, value), "Larger ones: a signed link, left out and named, or in the request all the same. Without http.public_url nothing can be linked, and all are in the request.", "link");

    private static ScalarShape<WebhookStatusMeaning> Meaning => Scalars.Choice(
        ("delivered", WebhookStatusMeaning.Delivered), ("retry", WebhookStatusMeaning.Retry), ("fail", WebhookStatusMeaning.Fail),
        ("discard", WebhookStatusMeaning.Discard), ("pause", WebhookStatusMeaning.Pause), ("reject", WebhookStatusMeaning.Reject));

    private static ScalarShape<int> Status => new("an HTTP status", ParseStatus, () => new JsonObject { ["pattern"] = "^[2-5][0-9][0-9]$" }) { Hint = _ => "200 to 599" };

    private static ScalarShape<string> HeaderName => new("a header's name", HeaderText.TryParseName, () => new JsonObject { ["pattern"] = HeaderText.NamePattern })
    {
        Complaint = name => HeaderText.IsOurs(name) ? "we write this header ourselves" : null,
    };

    /// <summary>A secret: tokens travel in headers.</summary>
    private static ScalarShape<string> HeaderValue => new("a header's value", HeaderText.TryParseValue, () => new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") })
    {
        IsSecret = true,
    };

    private static ScalarShape<string> BasicUser => new("user:password", ParseBasic, () => new JsonObject { ["type"] = "string" }) { IsSecret = true };

    /// <summary>What the delivery itself has to say: keys that are no keys, headers that can't be sent.</summary>
    private static void CheckWhole(DestinationSettings destination, YamlMapping node, ConfigReading reading)
    {
        foreach (var problem in WebhookOptionsValidator.Problems(Of(destination)))
            if (problem.Split(": ", 2) is [var option, var text] && option != "format")
                reading.Error(node[option] ?? node, $"{option}: {text}");
        if (WebhookOptionsValidator.NeverSent(Of(destination)) is { } unused)
            reading.Problems.Warn((node["url"] ?? node).Position, unused);
    }

    private static DestinationSettings Initial() => Named(string.Empty);

    /// <summary>Stands where the operator said nothing: then the format's own schedule applies, which its vendor's receivers expect.</summary>
    public static RetryOptions RetryNotGiven { get; } = new();

    public static DestinationSettings Named(string name) => new()
    {
        Queue = new DestinationOptions { Name = name, Kind = "webhook", Retry = RetryNotGiven },
        Webhook = new WebhookOptions { Name = name, Url = string.Empty },
    };

    private static WebhookOptions Of(DestinationSettings destination) => destination.Webhook!;

    private static DestinationSettings Set(DestinationSettings destination, WebhookOptions webhook) => destination with { Webhook = webhook };

    private static DestinationSettings WithAuth(DestinationSettings destination, WebhookAuth auth) => destination with
    {
        Webhook = Of(destination) with { BasicAuth = auth.Basic, BearerToken = auth.Bearer, ClientCertificate = auth.Certificate },
    };

    private static bool ParseStatus(string text, out int status) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, null, out status) && status is >= 200 and <= 599;

    private static bool ParseBasic(string text, out string value)
    {
        value = text;
        return text.IndexOf(':', StringComparison.Ordinal) > 0;
    }

    private sealed record WebhookAuth(string? Basic = null, string? Bearer = null, string? Certificate = null);
}
