using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.Rules.Contract;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Destinations.Webhook;

/// <summary><c>webhook</c>: an HTTP POST for each mail (docs/webhooks.md).</summary>
internal sealed class WebhookKind : DestinationKind<WebhookSettings>
{
    /// <summary>
    /// Marks that the operator configured no retries. The format's own schedule then applies: the one that its vendor's receivers expect.
    /// </summary>
    private static readonly RetryOptions RetryNotGiven = new();

    private static readonly HashSet<string> Fixed = new(StringComparer.Ordinal) { "allow_private_addresses", "sync_timeout", "transform" };

    private static readonly HashSet<string> Sampled = new(StringComparer.Ordinal) { "url", "headers", "auth", "secret" };

    public WebhookKind() => Shape = Section("A webhook.", Keys).Check(CheckWhole);

    public override string Name => "webhook";

    public override SectionShape<DestinationSettings> Shape { get; }

    public override RuleDestinationKind ForRules => new(Name)
    {
        CarriesVars = true,
        UrlOption = "url",
        HeaderOptions = new HashSet<string>(StringComparer.Ordinal) { "headers" },
        SecretOptions = ["auth", "secret", "headers"],
    };

    public override IReadOnlySet<string> FixedOptions => Fixed;

    public override IReadOnlySet<string> SampledOptions => Sampled;

    public override bool UsesWebhookServices => true;

    public override bool HasPreview => true;

    public override DestinationSettings Named(string name) => new()
    {
        Queue = new DestinationOptions { Name = name, Kind = Name, Retry = RetryNotGiven },
        Options = new WebhookSettings { Target = new WebhookOptions { Name = name, Url = string.Empty } },
    };

    public override DestinationSettings Complete(DestinationSettings destination, string hostname, IReadOnlyList<string> domains) =>
        destination with
        {
            Queue = destination.Queue with
            {
                Retry = ReferenceEquals(destination.Queue.Retry, RetryNotGiven)
                    ? WebhookFormats.DefaultRetry(Of(destination).Target.Format) ?? new RetryOptions() : destination.Queue.Retry,
                Ask = new AskOptions { IsUsual = Of(destination).Mode == WebhookMode.Sync, Timeout = Of(destination).SyncTimeout },
            },
        };

    public override object TargetOptions(DestinationSettings destination) =>
        Of(destination) is { Transform: { } script } settings
            ? new { settings.Target, Script = script.Text } : Of(destination).Target;

    public override IEnumerable<string> Files(DestinationSettings destination) =>
        new[] { Of(destination).Target.ClientCertificate, Of(destination).Target.TrustedCertificates, Of(destination).Target.Transform }
            .OfType<string>();

    public override IEnumerable<string> Scripts(DestinationSettings destination) =>
        Of(destination).Transform is { } script ? [script.Text] : [];

    public override bool WantsLinks(DestinationSettings destination) =>
        Of(destination).Target is { OtherAttachments: LargeAttachments.Link, Transform: null } webhook
        && WebhookFormats.HasLinks(webhook.Format);

    public override bool WaitsForSyncInRules(DestinationSettings destination) =>
        Of(destination) is { Mode: not WebhookMode.Sync } settings && settings.SyncTimeout != new AskOptions().Timeout;

    public override ScanKinds ScansShown(DestinationSettings destination, string? json)
    {
        var format = Of(destination).Target.Format;
        if (json is not null && FormatIn(json) is { } other)
            format = other;
        return (WebhookFormats.ShowsSpam(format) ? ScanKinds.Spam : ScanKinds.None)
            | (WebhookFormats.ShowsVirus(format) ? ScanKinds.Virus : ScanKinds.None)
            | (WebhookFormats.ShowsSignatures(format) ? ScanKinds.Signatures : ScanKinds.None);
    }

    /// <summary>A webhook applies overrides itself, since they may differ for every mail: a URL may contain text from the mail.</summary>
    public override IDeliveryTarget Open(DestinationSettings destination, DestinationServices services) => Create(destination, services);

    public override async ValueTask<WebhookPreview?> PreviewAsync(
        DestinationSettings destination, RequestServices services, DeliveryAttempt attempt, bool hidesSignatures,
        CancellationToken cancellationToken)
    {
        await using var target = Create(destination, services);
        return await target.PreviewAsync(attempt, hidesSignatures, cancellationToken);
    }

    public override IReadOnlyList<string> OverrideProblems(DestinationSettings destination, string json) =>
        WebhookOptionsValidator.Problems(Of(destination).Target, json);

    protected override IDeliveryTarget Create(DestinationSettings destination, DestinationServices services) =>
        Create(destination, services.Requests);

    private static WebhookTarget Create(DestinationSettings destination, RequestServices services)
    {
        var settings = Of(destination);
        if (settings.Transform is not { } script)
            return new WebhookTarget(settings.Target, services.Webhooks);
        var log = services.Logs.CreateLogger<TransformRunner>();
        return new WebhookTarget(
            settings.Target, services.Webhooks, new TransformRunner(destination.Name, script, services.Transforms, log).RunAsync);
    }

    private static SectionShape<DestinationSettings> Keys(SectionShape<DestinationSettings> section) => section
        .Required("url", Scalars.Url, (destination, value) => With(destination, target => target with { Url = value }), "http or https")
        .Key("format", Scalars.Choice([.. WebhookFormats.Names.Select(format => (format, format))]),
            (destination, value) => With(destination, target => target with { Format = value }),
            "The shape of the request.", "json")
        .Key("secret", new ListShape<Secret>(Scalars.Secret, singleToo: true, minimum: 1),
            (destination, value) => With(destination, target => target with { Secrets = [.. value.Select(secret => secret.Reveal())] }),
            "Signs each request (Standard Webhooks: whsec_… or whsk_…), at least 24 octets, or the vendor's own credential. "
            + "A list signs with each, for rotation.", mustHaveValue: true)
        .Key("headers", new MapShape<string, string>(HeaderName, HeaderValue, StringComparer.OrdinalIgnoreCase),
            (destination, value) => With(destination, target => target with { Headers = value }), "Sent with each request.")
        .Key("auth", Auth, WithAuth, "Authentication at the receiver: basic, bearer or client_certificate.", mustHaveValue: true)
        .Key("trusted_certificates", new PathShape(PathMustBe.File),
            (destination, value) => With(destination, target => target with { TrustedCertificates = value }),
            "A PEM file of authorities to trust in addition to the system's.")
        .Key("mode", Scalars.Choice(("queue", WebhookMode.Queue), ("sync", WebhookMode.Sync)),
            (destination, value) => Set(destination, Of(destination) with { Mode = value }),
            "sync: the receiver is asked inside the SMTP transaction; the queue takes over on a time-out.", "queue")
        .Key("sync_timeout", Scalars.Duration(TimeSpan.FromMilliseconds(100), AskOptions.LongestTimeout),
            (destination, value) => Set(destination, Of(destination) with { SyncTimeout = value }),
            "With mode: sync, how long the sender waits for the receiver before the queue takes over.", "30s")
        .Key("attachments", Attachments,
            (destination, value) => With(destination, target =>
                target with { InlineAttachments = value.Inline, OtherAttachments = value.Otherwise }),
            "How attachments are sent.")
        .Key("responses", new MapShape<int, WebhookStatusMeaning>(Status, Meaning),
            (destination, value) => With(destination, target => target with { Responses = value }),
            "HTTP statuses with another meaning than usual.")
        .Key("transform", new TransformShape(), (destination, value) => With(
            Set(destination, Of(destination) with { Transform = value.Script }), target => target with { Transform = value.File }),
            "A script that makes the request's body, headers and URL (docs/transforms.md).")
        .Key("allow_private_addresses", Scalars.Toggle,
            (destination, value) => With(destination, target => target with { AllowPrivateAddresses = value }),
            "Lets a URL whose host comes from the mail reach private addresses.", "false")
        .Key("timeout", Scalars.Duration(TimeSpan.FromMilliseconds(100)),
            (destination, value) => With(destination, target => target with { Timeout = value }),
            "From connecting to the last octet of the answer.", "30s");

    private static SectionShape<WebhookAuth> Auth => new SectionShape<WebhookAuth>("Exactly one of these.", () => new WebhookAuth())
        .Key("basic", BasicUser, (auth, value) => auth with { Basic = value }, "user:password", mustHaveValue: true)
        .Key("bearer", Scalars.Secret, (auth, value) => auth with { Bearer = value.Reveal() }, "A token.", mustHaveValue: true)
        .Key("client_certificate", new PathShape(PathMustBe.File), (auth, value) => auth with { Certificate = value },
            "A PEM file with certificate and key.", mustHaveValue: true)
        .Check((auth, node, reading) =>
        {
            if (new[] { auth.Basic, auth.Bearer, auth.Certificate }.Count(way => way is not null) != 1)
                reading.Error(node, "expected one of basic, bearer, client_certificate");
        });

    private static SectionShape<(long Inline, LargeAttachments Otherwise)> Attachments =>
        new SectionShape<(long Inline, LargeAttachments Otherwise)>("How attachments are sent.", () => (1024 * 1024, LargeAttachments.Link))
            .Key("inline", Scalars.Size(0), (attachments, value) => (value, attachments.Otherwise),
                "Attachments up to this size (decoded) are put into the request.", "1MB")
            .Key("otherwise", Scalars.Choice(("link", LargeAttachments.Link), ("omit", LargeAttachments.Omit),
                ("inline", LargeAttachments.Inline)),
                (attachments, value) => (attachments.Inline, value),
                    "Larger ones: send a signed link, send only the name, or put them into the request too. "
                    + "Without http.public_url there are no links, and all are put into the request.", "link");

    private static ScalarShape<WebhookStatusMeaning> Meaning => Scalars.Choice(
        ("delivered", WebhookStatusMeaning.Delivered), ("retry", WebhookStatusMeaning.Retry), ("fail", WebhookStatusMeaning.Fail),
        ("discard", WebhookStatusMeaning.Discard), ("pause", WebhookStatusMeaning.Pause), ("reject", WebhookStatusMeaning.Reject));

    private static ScalarShape<int> Status => new("an HTTP status", ParseStatus,
        () => new JsonObject { ["pattern"] = "^[2-5][0-9][0-9]$" })
    { Hint = _ => "200 to 599" };

    private static ScalarShape<string> HeaderName => new("a header's name", HeaderText.TryParseName,
        () => new JsonObject { ["pattern"] = HeaderText.NamePattern })
    {
        Complaint = name => HeaderText.IsOurs(name) ? "we write this header ourselves" : null,
    };

    /// <summary>A secret: tokens travel in headers.</summary>
    private static ScalarShape<string> HeaderValue => new("a header's value", HeaderText.TryParseValue,
        () => new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") })
    {
        IsSecret = true,
    };

    private static ScalarShape<string> BasicUser => new("user:password", ParseBasic,
        () => new JsonObject { ["type"] = "string" })
    { IsSecret = true };

    /// <summary>
    /// The checks of the delivery itself, for example for secrets that are not valid keys and headers that can't be sent.
    /// </summary>
    private static void CheckWhole(DestinationSettings destination, YamlMapping node, ConfigReading reading)
    {
        foreach (var problem in WebhookOptionsValidator.Problems(Of(destination).Target))
        {
            if (problem.Split(": ", 2) is [var option, var text] && option != "format")
                reading.Error(node[option] ?? node, $"{option}: {text}");
        }
        if (WebhookOptionsValidator.NeverSent(Of(destination).Target) is { } unused)
            reading.Problems.Warn((node["url"] ?? node).Position, unused);
    }

    private static DestinationSettings With(DestinationSettings destination, Func<WebhookOptions, WebhookOptions> change) =>
        Set(destination, Of(destination) with { Target = change(Of(destination).Target) });

    private static DestinationSettings WithAuth(DestinationSettings destination, WebhookAuth auth) => With(
        destination, target => target with { BasicAuth = auth.Basic, BearerToken = auth.Bearer, ClientCertificate = auth.Certificate });

    /// <summary>Null where a rule leaves the format as it is, and for options that can't be read: the delivery says so.</summary>
    private static string? FormatIn(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject options && options.TryGetPropertyValue("format", out var format)
                ? format?.GetValue<string>() : null;
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool ParseStatus(string text, out int status) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, null, out status) && status is >= 200 and <= 599;

    private static bool ParseBasic(string text, out string value)
    {
        value = text;
        return text.IndexOf(':', StringComparison.Ordinal) > 0;
    }

    private sealed record WebhookAuth(string? Basic = null, string? Bearer = null, string? Certificate = null);
}
