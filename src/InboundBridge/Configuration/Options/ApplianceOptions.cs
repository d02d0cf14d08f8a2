using InboundBridge.Configuration.Options.Watching;
using InboundBridge.Configuration.Secrets;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;

namespace InboundBridge.Configuration.Options;

/// <summary>
/// The whole configuration, read and validated (docs/configuration.md). Immutable: a reload makes a new one and replaces it as a whole.
/// </summary>
internal sealed record ApplianceOptions
{
    /// <summary>Twelve hex digits over the effective configuration (secrets left out) and the files of the rules.</summary>
    public required string Version { get; init; }

    /// <summary>The file it was read from, with its full path; null for the built-in defaults.</summary>
    public string? File { get; init; }

    public required string Hostname { get; init; }

    /// <summary>Lower case; <c>*.example.com</c> stands for every name below example.com.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>How to find out which recipients exist. Null: every address of the domains is offered to the rules.</summary>
    public RecipientOptions? Recipients { get; init; }

    public required SmtpOptions Smtp { get; init; }

    public TlsOptions Tls { get; init; } = new();

    /// <summary>Full path of the users' file; null without users.</summary>
    public string? UsersFile { get; init; }

    public required AuthenticationOptions Authentication { get; init; }

    public ScannerOptions Scanners { get; init; } = new();

    public required RulesOptions Rules { get; init; }

    public ScriptOptions Scripts { get; init; } = new();

    public required SpoolOptions Spool { get; init; }

    /// <summary>
    /// Connection string of the shared store; null: the embedded store. The rest of <see cref="Spool"/> applies to both.
    /// </summary>
    public Secret? Postgres { get; init; }

    /// <summary><see cref="Postgres"/>, read; null: the embedded store. It holds the password.</summary>
    public PostgresSettings? SharedSpool => Postgres is { } text ? PostgresSettings.Read(text.Reveal()) : null;

    public DeliveryOptions Delivery { get; init; } = new();

    /// <summary>In the file's order; names are unique.</summary>
    public IReadOnlyList<DestinationSettings> Destinations { get; init; } = [];

    /// <summary>The policy that we publish for our domains; null: none.</summary>
    public MtaStsOptions? MtaSts { get; init; }

    /// <summary>Null: no reports are sent.</summary>
    public TlsReportOptions? TlsReports { get; init; }

    public HttpOptions Http { get; init; } = new();

    public DnsOptions Dns { get; init; } = new();

    public LogOptions Log { get; init; } = new();

    /// <summary>Null: no traces, and no logs for a collector.</summary>
    public TelemetryOptions? Telemetry { get; init; }

    /// <summary>Null: nobody hears of what needs a person but the log.</summary>
    public NotifyOptions? Notify { get; init; }

    /// <summary>The authority's challenges come to an address on which HTTP listens anyway.</summary>
    public bool IsOnHttp(AcmeOptions acme) => Http.Listen.Equals(acme.ListenOn) || acme.ListenOn.Equals(Http.PublicListen);
}
