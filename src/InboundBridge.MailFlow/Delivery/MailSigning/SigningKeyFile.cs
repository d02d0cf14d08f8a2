using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.MailFlow.Delivery.MailSigning;

/// <summary>Reads the files of <see cref="SigningKeyOptions"/>.</summary>
public static class SigningKeyFile
{
    /// <summary>Keys have 3 KB. More is another file.</summary>
    private const int Largest = 64 * 1024;

    /// <summary>The text of the TXT record that publishes the public key.</summary>
    /// <exception cref="FormatException">The file holds no usable key.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be read.</exception>
    public static string PublicRecord(string file) => Read(file).Record;

    /// <exception cref="FormatException">The file holds no usable key.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be read.</exception>
    internal static SignerKey Read(string file)
    {
        if (new FileInfo(file).Length > Largest)
            throw new FormatException($"{file}: this is no private key: it has more than {Largest} octets");
        try
        {
            return SignerKey.Read(File.ReadAllText(file));
        }
        catch (FormatException fault)
        {
            throw new FormatException(
                $"{file}: {fault.Message}; such as openssl genrsa 2048 or openssl genpkey -algorithm ed25519 makes", fault);
        }
    }
}
