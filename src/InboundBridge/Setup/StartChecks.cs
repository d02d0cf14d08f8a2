using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using InboundBridge.Certificates;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Yaml;

namespace InboundBridge.Setup;

/// <summary>
/// Checks what the text of the configuration can't show: certificates, keys, ports,
/// the spool's folder. Start, reload and <c>check</c> use it.
/// </summary>
internal sealed class StartChecks(ConfigurationOutcome outcome, ApplianceOptions options, SourceProblems problems)
{
    /// <summary>Reads the certificates. Each that can't be read is reported as an error.</summary>
    public CertificateSet ReadCertificates()
    {
        var entries = new List<CertificateSet.Entry>();
        for (var index = 0; index < options.Tls.Certificates.Count; index++)
        {
            var files = options.Tls.Certificates[index];
            if (Try(() => CertificateSet.Read(files), "tls", "certificates", index.ToString(CultureInfo.InvariantCulture)) is { } entry)
                entries.Add(entry);
        }
        var authorities = options.Tls.ClientAuthorities is { } file
            ? Try(() => CertificateSet.ReadAuthorities(file), "tls", "client_authorities") : null;
        if (options.Tls.Acme?.TrustedCertificates is { } trusted)
            Try(() => TrustedCertificates.Read(trusted), "tls", "acme", "trusted_certificates");
        return CertificateSet.Of(entries, authorities);
    }

    /// <summary>Warns where our MTA-STS policy asks others to insist on a certificate that this server does not have.</summary>
    public void CheckPolicy(CertificateSet certificates)
    {
        var host = options.Smtp.Server.Hostname;
        if (options.MtaSts is not { Mode: not MtaStsMode.None } || (options.Tls.Certificates.Count > 0 && certificates.Entries.Count == 0)
            || certificates.Entries.Any(entry => entry.Certificate.MatchesHostname(host))
            || options.Tls.Acme?.Names.Contains(host, StringComparer.OrdinalIgnoreCase) == true)
            return;
        problems.Warn(
            outcome.PlaceOf("mta_sts"),
            $"mta_sts asks senders to insist on a certificate for '{host}', and "
            + (certificates.Entries.Count == 0 ? "there is none" : "no certificate names it"),
            "tls: { certificates: [{ cert: …, key: … }] }, from an authority that everybody trusts, or tls: { acme: { email: … } }");
    }

    /// <summary>Reads the files that destinations read when they are created.</summary>
    public void TryDestinations()
    {
        foreach (var destination in options.Destinations)
        {
            var kind = DestinationKinds.Of(destination);
            foreach (var (option, read) in kind.FileChecks(destination))
                Try(read, "destinations", destination.Name, kind.Name, option);
            foreach (var (option, file) in kind.KeyFiles(destination))
                WarnOfReaders(file, "destinations", destination.Name, kind.Name, option);
        }
    }

    /// <summary>Reads the certificates and keys of S/MIME and OpenPGP; null without any, and after an error.</summary>
    public SecureMailKeys? ReadSecureMail() =>
        new SecureMailSetup(outcome, options.Authentication, options.Smtp.Mime, problems).Read(TimeProvider.System.GetUtcNow());

    /// <summary>Reports listeners that exclude each other, whatever else runs on the machine.</summary>
    public void CheckAddresses()
    {
        var taken = new List<ConfiguredListener>();
        foreach (var listener in Listeners(options))
        {
            if (taken.Find(other => EndPointText.Collide(other.Address, listener.Address)) is { } first)
                problems.Error(
                    outcome.PlaceOf(listener.Path),
                    $"{listener.Key} and {first.Key} can't both listen on {EndPointText.Format(listener.Address)}",
                    "[::] includes IPv4: remove one of the two, or give it another port");
            taken.Add(listener);
        }
    }

    /// <summary>
    /// Binds every listener for a moment. A port that is in use or not permitted is a warning: the appliance itself may run, or another
    /// user will start it.
    /// </summary>
    public void TryPorts()
    {
        foreach (var listener in Listeners(options))
        {
            if (ListenerProbe.Try(listener.Address) is not { } obstacle)
                continue;
            var (text, hint) = (obstacle.Text(listener.Key, listener.Name), obstacle.Remedy);
            if (obstacle.DependsOnWhoStarts)
                problems.Warn(outcome.PlaceOf(listener.Path), text, hint);
            else
                problems.Error(outcome.PlaceOf(listener.Path), text, hint);
        }
    }

    /// <summary>Checks that the folder can be written to, or created.</summary>
    public void TrySpool()
    {
        var path = options.Spool.Path;
        var place = outcome.PlaceOf("spool", "path");
        if (File.Exists(path))
        {
            problems.Error(place, $"spool.path {path} is a file", "name a directory");
            return;
        }
        TryClosure(path, place);
        var there = path;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { Length: > 0 } above)
            there = above;
        var probe = Path.Combine(there, $".inboundbridge-check-{Guid.NewGuid():N}");
        try
        {
            using (new FileStream(
                probe, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose }))
            {
                // Only tests whether the file can be created.
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problems.Warn(
                place, $"spool.path {path}: this user can't write to {there}: {fault.Message}",
                "run the check as the user of the service, or change the owner of the directory");
        }
    }

    /// <summary>A spool that was moved away, or whose import is not finished, is opened by nobody.</summary>
    private void TryClosure(string path, SourcePosition place)
    {
        try
        {
            if (options.SharedSpool is null && ClosureBeside.Find(path) is { } closure)
                problems.Error(place, closure);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problems.Warn(place, $"spool.path {path}: this user can't see whether the spool was moved away: {fault.Message}");
        }
    }

    /// <summary>
    /// Connects to the database of a shared spool, and looks whether the account has the rights that a node needs. What is missing is a
    /// warning: another user, on another machine, may start the appliance.
    /// </summary>
    public async Task TryDatabaseAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        if (options.SharedSpool is not { } settings)
            return;
        var place = outcome.PlaceOf("spool", "postgres");
        if (settings.IsUnverified)
        {
            problems.Warn(
                place, "nobody checks that the spool's database is the right one, so another machine could take the mail",
                "SSL Mode=VerifyFull, with Root Certificate=… where its authority is your own");
        }
        var obstacles = await PostgresBeside.FindObstaclesAsync(settings, clock, cancellationToken);
        foreach (var missing in obstacles.Missing)
            problems.Warn(place, $"the spool's database can't be used from here: {missing}");
        if (obstacles.Closure is { } closure)
            problems.Error(place, closure);
    }

    /// <summary>Every address to listen on, with its key.</summary>
    public static IEnumerable<ConfiguredListener> Listeners(ApplianceOptions options)
    {
        for (var index = 0; index < options.Smtp.Listeners.Count; index++)
        {
            var listener = options.Smtp.Listeners[index];
            var number = index.ToString(CultureInfo.InvariantCulture);
            yield return new ConfiguredListener(
                $"smtp.listeners[{number}]", listener.Name, listener.Address, ["smtp", "listeners", number, "address"]);
        }
        yield return new ConfiguredListener("http.listen", null, options.Http.Listen, ["http", "listen"]);
        if (options.Http.PublicListen is { } address)
            yield return new ConfiguredListener("http.public_listen", null, address, ["http", "public_listen"]);
        if (options.Tls.Acme is { } acme && !options.IsOnHttp(acme))
            yield return new ConfiguredListener("tls.acme.listen", null, acme.ListenOn, ["tls", "acme", "listen"]);
    }

    private void WarnOfReaders(string file, params string[] path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(file) && File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead))
            problems.Warn(outcome.PlaceOf(path), $"every user of this machine can read the private key {file}", $"chmod o= {file}");
    }

    private T? Try<T>(Func<T> read, params string[] path)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (
            fault is CertificateException or IOException or UnauthorizedAccessException or FormatException or CryptographicException)
        {
            problems.Error(outcome.PlaceOf(path), fault.Message);
            return null;
        }
    }
}

/// <param name="Key">As in the documentation, such as <c>smtp.listeners[0]</c>.</param>
/// <param name="Name">The listener's name; null if it has none.</param>
/// <param name="Path">The path of its address in the configuration.</param>
internal sealed record ConfiguredListener(string Key, string? Name, EndPoint Address, string[] Path);
