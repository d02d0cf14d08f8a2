using System.Net;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Destinations.Relay;

/// <summary><c>relay</c>: an SMTP smarthost, or the recipients' own mail exchangers.</summary>
internal sealed class RelayKind : DestinationKind<RelayOptions>
{
    /// <summary>
    /// Only the configuration may allow private addresses. Signing keys belong to a domain and not to a mail, and bounces find their relay
    /// by its secret of SRS.
    /// </summary>
    private static readonly HashSet<string> Fixed = new(StringComparer.Ordinal)
    {
        "allow_private_addresses", "srs", "dkim", "arc", "on_demand",
    };

    /// <summary>
    /// These options decide where mail goes and which server is trusted. A sender must not choose them, neither by a template nor by a
    /// script that has seen the mail.
    /// </summary>
    private static readonly HashSet<string> NotFromMail = new(StringComparer.Ordinal)
    {
        "host", "port", "tls", "trusted_certificates", "auth", "mx",
    };

    public RelayKind() => Shape = Section("An SMTP relay.", Keys, onFailure: "bounce").Check(CheckTarget);

    public override string Name => "relay";

    public override SectionShape<DestinationSettings> Shape { get; }

    public override RuleDestinationKind ForRules => new(Name) { NotFromMail = NotFromMail };

    public override IReadOnlySet<string> FixedOptions => Fixed;

    public override DestinationSettings Named(string name) => new()
    {
        Queue = new DestinationOptions { Name = name, Kind = Name, OnFailure = "bounce", TakesTurns = true },
        Options = new RelayOptions { Name = name, Host = string.Empty, Hostname = string.Empty },
    };

    public override DestinationSettings Complete(DestinationSettings destination, string hostname, IReadOnlyList<string> domains) =>
        With(destination, relay => relay with
        {
            Hostname = hostname,
            Srs = relay.Srs is { } srs
                ? srs with { Domain = srs.Domain.Length > 0 ? srs.Domain : hostname.ToLowerInvariant(), OwnDomains = domains } : null,
        });

    public override IEnumerable<string> Files(DestinationSettings destination) =>
        [.. new[] { Of(destination).TrustedCertificates }.OfType<string>(), .. KeyFiles(destination).Select(key => key.File)];

    public override IEnumerable<(string Option, string File)> KeyFiles(DestinationSettings destination)
    {
        foreach (var key in Of(destination).Dkim)
            yield return ("dkim", key.KeyFile);
        if (Of(destination).Arc is { } arc)
            yield return ("arc", arc.KeyFile);
    }

    public override IEnumerable<(string Option, Func<object> Read)> FileChecks(DestinationSettings destination)
    {
        foreach (var (option, file) in KeyFiles(destination))
            yield return (option, () => SigningKeyFile.PublicRecord(file));
        if (Of(destination) is { TrustedCertificates: not null } relay)
        {
            var host = relay.Host.Length == 0 ? "localhost" : relay.Host;
            yield return ("trusted_certificates", () => RelayTarget.ClientOptions(relay with { Host = host }));
        }
    }

    /// <summary>A destination that keeps mail until it is collected has no server to ask.</summary>
    public override SmtpClientOptions? Callout(DestinationSettings destination) =>
        destination.Queue.OnDemand ? null : RelayTarget.ClientOptions(Of(destination));

    /// <summary>No rule can override what it shows.</summary>
    public override async ValueTask<RelayPreview?> PreviewRelayAsync(
        DestinationSettings destination, DeliveryAttempt attempt, TimeProvider clock, CancellationToken cancellationToken) =>
        await RelayPreview.OfAsync(Of(destination), attempt, clock, cancellationToken);

    public override IDeliveryTarget Open(DestinationSettings destination, DestinationServices services) =>
        destination.Queue.OnDemand ? Create(destination, services) : base.Open(destination, services);

    public override object TargetOptions(DestinationSettings destination) => (destination.Queue.OnDemand, Of(destination)).ToTuple();

    /// <summary>
    /// A rule's <c>host</c> replaces the destination's <c>mx</c>, and <c>mx: true</c> replaces its host. As with webhooks, the
    /// destination's password is not sent to another server: the rule has to bring its own <c>auth</c>.
    /// </summary>
    public override DestinationSettings Override(DestinationSettings destination, string json)
    {
        var own = Of(destination);
        var given = JsonNode.Parse(json) as JsonObject;
        if (destination.Queue.OnDemand && given is { Count: > 0 })
            throw new FormatException("a relay on demand connects to nobody: a rule has nothing to override");
        return With(base.Override(destination, json), relay =>
        {
            var namesHost = given?.ContainsKey("host") == true;
            if (namesHost && given!.ContainsKey("mx") && relay.Mx)
                throw new FormatException("host and mx exclude each other");
            if (namesHost)
                relay = relay with { Mx = false };
            else if (relay.Mx && !own.Mx)
                relay = relay with { Host = string.Empty };
            if (relay.Host.Length == 0 && !relay.Mx)
                throw new FormatException("mx: false needs a host");
            var isElsewhere = relay.Mx != own.Mx || relay.Port != own.Port
                || !relay.Host.Equals(own.Host, StringComparison.OrdinalIgnoreCase);
            return isElsewhere && given?.ContainsKey("auth") != true ? relay with { User = null, Password = null } : relay;
        });
    }

    protected override IDeliveryTarget Create(DestinationSettings destination, DestinationServices services)
    {
        var relay = Of(destination);
        if (destination.Queue.OnDemand)
        {
            return new OnDemandTarget(
                relay, services.Clock, services.Logs.CreateLogger<OnDemandTarget>(), services.Webhooks.TemporaryFolder);
        }
        return relay.Mx
            ? new MxRelayTarget(
                relay, services.Resolver, services.Clock, services.Logs.CreateLogger<MxRelayTarget>(), services.Webhooks.TemporaryFolder,
                services.Transport)
            : new RelayTarget(relay, services.Clock, services.Logs.CreateLogger<RelayTarget>(), services.Webhooks.TemporaryFolder);
    }

    private static SectionShape<DestinationSettings> Keys(SectionShape<DestinationSettings> section) => section
        .Key("host", Host, (destination, value) => With(destination, relay => relay with { Host = value }),
            "The smarthost: a name, an address or unix:/path.")
        .Key("port", Scalars.Whole(1, 65535), (destination, value) => With(destination, relay => relay with { Port = value }),
            "Its port; 465 with tls: implicit.", "25")
        .Key("tls", TlsMode, (destination, value) => With(destination, relay => relay with { Tls = value }),
            "require: a valid certificate, or the message waits. implicit: TLS from the first octet.", "opportunistic")
        .Key("trusted_certificates", new PathShape(PathMustBe.File),
            (destination, value) => With(destination, relay => relay with { TrustedCertificates = value }),
            "A PEM file of authorities to trust in addition to the system's.")
        .Key("auth", Auth, (destination, value) => With(destination, relay => relay with { User = value.User, Password = value.Password }),
            "User and password for the relay.")
        .Key("mx", Scalars.Toggle, (destination, value) => With(destination, relay => relay with { Mx = value }),
            "Deliver to the recipients' own mail exchangers instead of a smarthost.", "false")
        .Key("on_demand", Scalars.Toggle, (destination, value) =>
            destination with { Queue = destination.Queue with { OnDemand = value, TakesTurns = !value } },
            "Keeps mail until its receiver collects it by ATRN (RFC 2645), instead of sending it anywhere.", "false")
        .Key("allow_private_addresses", Scalars.Toggle,
            (destination, value) => With(destination, relay => relay with { AllowPrivateAddresses = value }),
            "With mx: connect to loopback and private addresses too, when a recipient's domain leads there.", "false")
        .Key("srs", SrsShape.Shape, (destination, value) => With(destination, relay => relay with { Srs = value }),
            "Rewrites the senders of forwarded mail (SRS): a secret, or a mapping.", mustHaveValue: true)
        .Key("convert", Scalars.Toggle, (destination, value) => With(destination, relay => relay with { Convert = value }),
            "Convert mail to 7 bit where the server takes nothing else; false: its delivery fails there.", "true")
        .Key("dkim", new ListShape<SigningKeyOptions>(SigningKeyShape.Of("A DKIM key."), singleToo: true),
            (destination, value) => With(destination, relay => relay with { Dkim = value }),
            "Signs outgoing mail: one key, or a list of keys that all sign.")
        .Key("arc", SigningKeyShape.Of("An ARC key."), (destination, value) => With(destination, relay => relay with { Arc = value }),
            "Adds an ARC set, so that the next server may believe what we found out about the mail.")
        .Key("connection_reuse", Scalars.Whole(1), (destination, value) =>
            With(destination, relay => relay with { ConnectionReuse = value }),
            "Messages sent on a connection before it is closed.", "100")
        .Key("connect_timeout", Scalars.Duration(), (destination, value) =>
            With(destination, relay => relay with { ConnectTimeout = value }),
            "Time limit for connecting.", "30s")
        .Key("command_timeout", Scalars.Duration(), (destination, value) =>
            With(destination, relay => relay with { CommandTimeout = value }),
            "Time limit for a reply to a command.", "5m")
        .Key("data_timeout", Scalars.Duration(), (destination, value) => With(destination, relay => relay with { DataTimeout = value }),
            "Time limit for the reply after the data.", "10m")
        .Key("idle_timeout", Scalars.Duration(), (destination, value) => With(destination, relay => relay with { IdleTimeout = value }),
            "How long an idle connection is kept.", "30s");

    private static ScalarShape<RelayTls> TlsMode => Scalars.Choice(
        ("opportunistic", RelayTls.Opportunistic), ("require", RelayTls.Require), ("implicit", RelayTls.Implicit), ("off", RelayTls.Off));

    private static SectionShape<(string User, string Password)> Auth =>
        new SectionShape<(string User, string Password)>("User and password.", () => (string.Empty, string.Empty))
            .Required("user", Scalars.Text, (auth, value) => (value, auth.Password), "the user's name")
            .Required("password", Scalars.Secret, (auth, value) => (auth.User, value.Reveal()), "the password");

    private static ScalarShape<string> Host => new("a host", ParseHost, () => new JsonObject { ["type"] = "string" })
    {
        Hint = text => EndPointText.TryParse(text, out var endPoint) && endPoint is DnsEndPoint or IPEndPoint
            ? "give the port as 'port'"
            : "a name, an address or unix:/path",
    };

    private static DestinationSettings With(DestinationSettings destination, Func<RelayOptions, RelayOptions> change) =>
        Set(destination, change(Of(destination)));

    private static void CheckTarget(DestinationSettings destination, YamlMapping node, ConfigReading reading)
    {
        var relay = Of(destination);
        if (destination.Queue.OnDemand)
        {
            OnDemandCheck.Run(destination, node, reading);
            return;
        }
        if (relay.Host.Length == 0 && !relay.Mx)
            reading.Error(node, "'host' is missing", "the smarthost, mx: true, or on_demand: true");
        else if (relay.Host.Length > 0 && relay.Mx)
            reading.Error(node["mx"]!, "host and mx exclude each other", "remove one of the two");
        // Whoever a mail is for chooses the mail exchanger: the password would go to strangers.
        if (relay.Mx && relay.Password is not null)
        {
            reading.Error(
                node["auth"]!, "auth is for a smarthost: mail exchangers of strangers would get the password", "remove auth or mx");
        }
        if (relay.AllowPrivateAddresses && !relay.Mx)
        {
            reading.Problems.Warn(
                node["allow_private_addresses"]!.Position, "allow_private_addresses has no effect without mx: true",
                    "a configured host may have any address");
        }
        if (relay.Srs is { } srs)
            SrsShape.Check(srs, node["srs"]!, reading);
        // RFC 4954 §4: anybody on the way can read a password that is sent without TLS.
        if (relay.Password is not null && relay.Tls is RelayTls.Off or RelayTls.Opportunistic && !IsLocal(relay.Host))
            reading.Problems.Warn((node["tls"] ?? node["auth"] ?? node).Position, "the password may travel unencrypted", "tls: require");
    }

    private static bool IsLocal(string host) =>
        host is "localhost" || host.StartsWith("unix:", StringComparison.Ordinal)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool ParseHost(string text, out string value)
    {
        value = text;
        return text.StartsWith("unix:/", StringComparison.Ordinal) || IpAddressText.TryParseLocal(text, out _)
            || HostNameText.TryParse(text, out value);
    }
}
