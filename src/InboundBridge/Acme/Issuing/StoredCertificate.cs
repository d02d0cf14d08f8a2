using System.Security.Cryptography;
using InboundBridge.Acme.Storing;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Acme.Issuing;

/// <summary>A certificate with its key as it is on disk, ready for handshakes.</summary>
internal sealed record StoredCertificate(StoredPem File, CertificateSet.Entry Entry)
{
    private const string DirectoryField = "directory";
    private const string NamesField = "names";

    /// <summary>The directory that issued it.</summary>
    public string Directory => File.Fields.GetValueOrDefault(DirectoryField, string.Empty);

    /// <exception cref="CryptographicException">The file holds no certificate with its key.</exception>
    public static StoredCertificate Of(StoredPem file)
    {
        var first = file.Fields.GetValueOrDefault(NamesField, string.Empty).Split(' ')[0];
        try
        {
            return new StoredCertificate(file, CertificateSet.Read(first.Length > 0 ? first : "acme", file.Pem, file.Pem));
        }
        catch (ArgumentException fault)
        {
            throw new CryptographicException(fault.Message, fault);
        }
    }

    /// <summary>The lines before a PEM that say what it was ordered for.</summary>
    public static Dictionary<string, string> FieldsOf(AcmeOptions options) => new(StringComparer.Ordinal)
    {
        [DirectoryField] = options.Directory.AbsoluteUri,
        [NamesField] = string.Join(' ', options.Names),
    };

    /// <summary>It was ordered for what the configuration asks for.</summary>
    public static bool IsFor(StoredPem file, AcmeOptions options) =>
        FieldsOf(options).All(field => file.Fields.GetValueOrDefault(field.Key) == field.Value);
}
