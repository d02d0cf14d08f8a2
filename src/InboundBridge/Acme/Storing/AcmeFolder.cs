using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Spool.Disk;

namespace InboundBridge.Acme.Storing;

/// <summary>
/// The folder <c>acme</c> in the spool's. Only its owner can read it; each file is written beside and renamed, so that a crash leaves the
/// old one or the new one.
/// <list type="bullet">
/// <item><c>certificate.pem</c>: the key and the chain in use, with the directory that issued them.</item>
/// <item><c>order.pem</c>: an order that is not finished, its directory, names and URL, and the key of its certificate.</item>
/// <item><c>account-DIGEST.pem</c>: the key of the account at the directory whose URL has this digest.</item>
/// <item><c>pause-DIGEST</c>: until when that directory's rate limit lasts.</item>
/// </list>
/// </summary>
internal sealed class AcmeFolder(string spool)
{
    /// <summary>Octets. A longer file is none of ours.</summary>
    private const int LongestFile = 1024 * 1024;

    private readonly string _path = Path.Combine(spool, "acme");

    /// <summary>Its file holds the key first, then the chain.</summary>
    public string CertificateFile => Path.Combine(_path, "certificate.pem");

    /// <summary>Of an order that is not finished.</summary>
    public string OrderFile => Path.Combine(_path, "order.pem");

    /// <summary>The key of the account at a directory.</summary>
    public string AccountFile(Uri directory) => Path.Combine(_path, $"account-{Digest(directory)}.pem");

    /// <summary>Null where there is none.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public StoredPem? ReadCertificate() => Read(CertificateFile) is { } text ? StoredPem.Parse(text) : null;

    /// <exception cref="IOException">The file can't be written.</exception>
    public void WriteCertificate(StoredPem certificate) => Write(CertificateFile, certificate.Format());

    public StoredPem? ReadOrder() => Read(OrderFile) is { } text ? StoredPem.Parse(text) : null;

    public void WriteOrder(StoredPem order) => Write(OrderFile, order.Format());

    public void ForgetOrder() => File.Delete(OrderFile);

    /// <summary>PEM; null where there is none.</summary>
    public string? ReadAccount(Uri directory) => Read(AccountFile(directory));

    public void WriteAccount(Uri directory, string pem) => Write(AccountFile(directory), pem + "\n");

    /// <summary>Null where nothing is to be waited for.</summary>
    public DateTimeOffset? ReadPause(Uri directory) => Read(PauseFile(directory)) is { } text
        && DateTimeOffset.TryParse(text.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) ? until : null;

    public void WritePause(Uri directory, DateTimeOffset until) =>
        Write(PauseFile(directory), until.ToString("O", CultureInfo.InvariantCulture) + "\n");

    private string PauseFile(Uri directory) => Path.Combine(_path, $"pause-{Digest(directory)}");

    private static string Digest(Uri directory) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory.AbsoluteUri)))[..16];

    /// <summary>
    /// Null where there is none. A file that can't be read is an error: an account, for example, would be made anew.
    /// </summary>
    private static string? Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > LongestFile)
                throw new IOException($"{file} is larger than {LongestFile / 1024} KB");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Write(string file, string text)
    {
        PrivateFiles.CreateFolder(_path);
        PrivateFiles.Replace(file, Encoding.UTF8.GetBytes(text));
    }
}
