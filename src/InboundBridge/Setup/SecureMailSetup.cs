using System.Globalization;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.OpenPgp;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.Mime;
using InboundBridge.Yaml;

namespace InboundBridge.Setup;

/// <summary>Reads the certificates and keys of S/MIME and OpenPGP, and tells what is wrong with them.</summary>
/// <param name="mime">The limits with which mails are parsed for payloads.</param>
internal sealed class SecureMailSetup(
    ConfigurationOutcome outcome, AuthenticationOptions options, MimeLimits mime, SourceProblems problems)
{
    /// <summary>Null where neither is configured, and after an error.</summary>
    /// <param name="now">For warnings about what is expired.</param>
    public SecureMailKeys? Read(DateTimeOffset now)
    {
        if (options is { Smime: null, OpenPgp: null })
            return null;
        var limits = SecureMailLimits.Default with
        {
            Timeout = options.Signatures.Timeout,
            Concurrency = options.Signatures.Concurrency,
            Octets = options.Signatures.Size,
            Mime = mime,
        };
        return new SecureMailKeys { Smime = ReadSmime(now), OpenPgp = ReadOpenPgp(limits, now), Limits = limits };
    }

    private SmimeKeys? ReadSmime(DateTimeOffset now)
    {
        if (options.Smime is not { } smime)
            return null;
        var isWhole = smime.TrustedCertificates is not { } trusted
            || Try(() => SmimeKeys.ReadTrusted(trusted), "trusted_certificates");
        for (var index = 0; index < smime.Keys.Count; index++)
        {
            var (key, place) = (smime.Keys[index], index.ToString(CultureInfo.InvariantCulture));
            isWhole &= HasPassword("smime", "keys", place, "password")
                && Try(() => SmimeKeys.ReadKeys(key.File, key.Password?.Reveal()), "keys", place);
            WarnOfReaders(key.File, "smime", "keys", place);
        }
        if (!isWhole)
            return null;
        var keys = SmimeKeys.Read(smime.TrustedCertificates, smime.Keys.Select(key => (key.File, key.Password?.Reveal())));
        foreach (var certificate in keys.Trusted.Where(certificate => certificate.NotAfter.ToUniversalTime() < now.UtcDateTime))
            problems.Warn(
                Place("smime", "trusted_certificates"), $"the certificate of {certificate.Subject} is expired: it is trusted for no new mail",
                "replace it");
        foreach (var certificate in keys.PeopleAsAuthorities)
            problems.Warn(
                Place("smime", "trusted_certificates"),
                $"the certificate of {certificate.Subject} names an address and is an authority (CA:TRUE): it is trusted for itself alone",
                "take an authority's certificate that names no address where others should be trusted by it");
        foreach (var certificate in keys.Keys.Where(certificate => certificate.NotAfter.ToUniversalTime() < now.UtcDateTime))
            problems.Warn(
                Place("smime", "keys"), $"the certificate of {certificate.Subject} is expired: it decrypts mail, but senders will not use it",
                "keep it as long as old mail comes, and add the new one");
        return keys;
    }

    private OpenPgpKeys? ReadOpenPgp(SecureMailLimits limits, DateTimeOffset now)
    {
        if (options.OpenPgp is not { } openPgp || !HasPassword("openpgp", "password"))
            return null;
        try
        {
            var keys = OpenPgpKeys.Read(openPgp.File, openPgp.Password?.Reveal(), limits.MostOpenPgpBits);
            foreach (var (key, reason) in keys.UnusableAt(now))
                problems.Warn(
                    Place("openpgp", "keyring"), $"the key of {key} is trusted for no new mail: {reason}", "replace it");
            if (keys.HasSecrets)
                WarnOfReaders(openPgp.File, "openpgp", "keyring");
            return keys;
        }
        catch (FormatException fault)
        {
            problems.Error(Place("openpgp", "keyring"), fault.Message);
            return null;
        }
    }

    private bool Try(Func<object> read, params string[] path)
    {
        try
        {
            read();
            return true;
        }
        catch (FormatException fault)
        {
            problems.Error(Place(["smime", .. path]), fault.Message);
            return false;
        }
    }

    /// <summary>
    /// False where the configuration's password could not be read. That is an error already; what follows from it would hide the cause.
    /// </summary>
    private bool HasPassword(params string[] path)
    {
        var place = Place(path);
        return !outcome.Problems.Items.Any(problem => !problem.IsWarning && problem.Position == place);
    }

    private void WarnOfReaders(string file, params string[] path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(file) && File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead))
            problems.Warn(Place(path), $"every user of this machine can read the private key {file}", $"chmod o= {file}");
    }

    private SourcePosition Place(params string[] path) => outcome.PlaceOf(["authentication", .. path]);
}
