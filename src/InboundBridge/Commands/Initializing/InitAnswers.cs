using InboundBridge.Configuration.Options;

namespace InboundBridge.Commands.Initializing;

/// <summary>What <c>init</c> has to know.</summary>
internal sealed record InitAnswers
{
    /// <summary>Full path of the folder that is filled.</summary>
    public required string Folder { get; init; }

    /// <summary>The domain whose mail comes here.</summary>
    public required string Domain { get; init; }

    public required Uri Webhook { get; init; }

    /// <summary>The name to which the MX points.</summary>
    public required string Hostname { get; init; }

    /// <summary>Full paths; null: no certificate from files.</summary>
    public CertificateFiles? Certificate { get; init; }

    /// <summary>The administrator's address for Let's Encrypt; null: no certificate by ACME.</summary>
    public string? AcmeEmail { get; init; }

    /// <summary>Where mail comes in, as in the configuration.</summary>
    public required string Listen { get; init; }

    /// <summary>
    /// A server's configuration is below /etc. There the defaults are those of a service: port 25, and the mail in /var/lib.
    /// </summary>
    public bool IsServer => IsBelowEtc(Folder);

    /// <summary>
    /// The folder is that of the Debian package, which is installed: it brings its own systemd unit, and runs no container.
    /// </summary>
    public bool IsOfPackage { get; init; }

    /// <summary>The spool as the configuration names it.</summary>
    public string Spool => IsServer ? ServiceSpool : "data/";

    /// <summary>The full path of the spool.</summary>
    public string SpoolFolder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(Spool, Folder));

    public const string ServiceSpool = "/var/lib/inboundbridge";

    /// <summary>The configuration of the Debian package.</summary>
    public const string PackageFolder = "/etc/inboundbridge";

    /// <summary>What is only there where the Debian package is installed.</summary>
    public const string PackageUnit = "/usr/lib/systemd/system/inboundbridge.service";

    public static bool IsBelowEtc(string folder) => folder.StartsWith("/etc/", StringComparison.Ordinal);
}
