using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Scanning;

namespace InboundBridge.Configuration.Sections;

/// <summary>The keys of S/MIME and OpenPGP (docs/signatures.md).</summary>
internal static class SecureMailSections
{
    public static SectionShape<SmimeOptions> Smime =>
        new SectionShape<SmimeOptions>("S/MIME.", () => new SmimeOptions())
        .Key("trusted_certificates", new PathShape(PathMustBe.File), (smime, value) => smime with { TrustedCertificates = value },
            "A PEM file of the authorities, or of single people's certificates, that signatures are trusted by.")
        .Key("keys", new ListShape<KeyFileOptions>(KeyFile, minimum: 1), (smime, value) => smime with { Keys = value },
            "PKCS #12 files (.p12) of the keys that decrypt: a path, or { file, password }.")
        .Check((smime, node, reading) =>
        {
            if (smime is { TrustedCertificates: null, Keys.Count: 0 })
                reading.Error(node, "smime has neither trusted_certificates nor keys", "trusted_certificates: ca.pem");
        });

    public static SectionShape<KeyFileOptions> OpenPgp =>
        new SectionShape<KeyFileOptions>("OpenPGP.", () => new KeyFileOptions { File = string.Empty })
        .Required("keyring", new PathShape(PathMustBe.KeyFile), (openpgp, value) => openpgp with { File = value },
            "keys as gpg --export or --export-secret-keys writes them")
        .Key("password", Scalars.Secret, (openpgp, value) => openpgp with { Password = value }, "Of the secret keys in it.",
            mustHaveValue: true);

    public static SectionShape<SecureMailOptions> Signatures =>
        new SectionShape<SecureMailOptions>("What S/MIME and OpenPGP may cost.", () => new SecureMailOptions())
        .Key("timeout", Scalars.Duration(TimeSpan.FromMilliseconds(1), ScannerLimits.LongestTimeout),
            (signatures, value) => signatures with { Timeout = value },
            "From the wait for a place to the result; after it scanners.on_unavailable decides; at most 4m.", "10s")
        .Key("concurrency", Scalars.Whole(1, 100), (signatures, value) => signatures with { Concurrency = value },
            "Mails at the same time; more wait for a place within their time-out.", "2")
        .Key("size", Scalars.Size(64 * 1024, 256L * 1024 * 1024), (signatures, value) => signatures with { Size = value },
            "Larger mail is not looked at: its signature is unknown, and it is not decrypted.", "25MB");

    private static ByKindShape<KeyFileOptions> KeyFile => new(
        new PathShape(PathMustBe.KeyFile).As(path => new KeyFileOptions { File = path }),
        new SectionShape<KeyFileOptions>("A file of keys.", () => new KeyFileOptions { File = string.Empty })
            .Required("file", new PathShape(PathMustBe.KeyFile), (key, value) => key with { File = value }, "a .p12 file")
            .Key("password", Scalars.Secret, (key, value) => key with { Password = value }, "Its password.", mustHaveValue: true));
}
