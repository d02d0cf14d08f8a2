using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>
/// A keyring: the public keys that signatures are trusted by, and the secret keys that decrypt. Keys that come with mail are never looked
/// at, so no mail can make us compute with a key of its choice. Immutable.
/// </summary>
public sealed class OpenPgpKeys
{
    /// <summary>Octets of a keyring's file. A thousand keys have about three million.</summary>
    private const int LargestFile = 16 * 1024 * 1024;

    private const string BlockStart = "-----BEGIN PGP ";

    private readonly Dictionary<long, OpenPgpKey> _public = [];
    private readonly Dictionary<long, PgpPrivateKey> _secret = [];

    private OpenPgpKeys(byte[] octets) => Digest = Convert.ToHexString(SHA256.HashData(octets));

    /// <summary>A keyring without keys: every signature is unknown.</summary>
    internal static OpenPgpKeys Empty { get; } = new([]);

    /// <summary>Equal for equal files.</summary>
    internal string Digest { get; }

    /// <summary>Some of the keys decrypt.</summary>
    public bool HasSecrets => _secret.Count > 0;

    /// <summary>Addresses of keys that are revoked, or expired at a time.</summary>
    public IReadOnlyList<string> UnusableAt(DateTimeOffset time) =>
    [
        .. _public.Values.Where(key => ReferenceEquals(key.Key, key.Master) && key.Problem(time) is not null)
            .Select(key => key.Addresses.Count > 0 ? key.Addresses[0] : key.Name),
    ];

    /// <param name="file">Keys as gpg exports them, armored or not, public and secret ones in any order.</param>
    /// <param name="password">Of the secret keys; null for none.</param>
    /// <exception cref="FormatException">The file can't be read, has no key or one that is too long, or the password is wrong.</exception>
    public static OpenPgpKeys Read(string file, string? password, int mostBits)
    {
        byte[] octets;
        try
        {
            if (new FileInfo(file).Length > LargestFile)
                throw new FormatException($"{file} has more than {LargestFile} octets");
            octets = File.ReadAllBytes(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{file} can't be read: {fault.Message}", fault);
        }
        var keys = new OpenPgpKeys(octets);
        try
        {
            foreach (var block in Blocks(octets))
                keys.Add(block, file, password, mostBits);
        }
        catch (Exception fault) when (fault is PgpException or IOException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"{file} is no OpenPGP keyring: {fault.Message}", fault);
        }
        return keys._public.Count > 0 ? keys : throw new FormatException($"{file} holds no key");
    }

    internal OpenPgpKey? Find(long keyId) => _public.GetValueOrDefault(keyId);

    internal PgpPrivateKey? FindSecret(long keyId) => _secret.GetValueOrDefault(keyId);

    /// <summary>A file may hold several armored blocks, and the library reads only the first.</summary>
    private static IEnumerable<byte[]> Blocks(byte[] octets)
    {
        var text = Encoding.Latin1.GetString(octets);
        var start = text.IndexOf(BlockStart, StringComparison.Ordinal);
        if (start < 0)
        {
            yield return octets;
            yield break;
        }
        while (start >= 0)
        {
            var next = text.IndexOf(BlockStart, start + BlockStart.Length, StringComparison.Ordinal);
            yield return octets[start..(next < 0 ? octets.Length : next)];
            start = next;
        }
    }

    private void Add(byte[] block, string file, string? password, int mostBits)
    {
        using var input = PgpUtilities.GetDecoderStream(new MemoryStream(block));
        var objects = new PgpObjectFactory(input);
        while (objects.NextPgpObject() is { } item)
        {
            if (item is PgpPublicKeyRing ring)
                AddPublic([.. ring.GetPublicKeys()], file, mostBits);
            else if (item is PgpSecretKeyRing secret)
                AddSecret([.. secret.GetSecretKeys()], file, password, mostBits);
        }
    }

    private void AddPublic(IReadOnlyList<PgpPublicKey> keys, string file, int mostBits)
    {
        foreach (var key in keys)
        {
            if (key.BitStrength > mostBits)
                throw new FormatException($"{file}: the key {OpenPgpKey.NameOf(key.KeyId)} has more than {mostBits} bits");
            _public[key.KeyId] = new OpenPgpKey(key, keys[0]);
        }
    }

    private void AddSecret(IReadOnlyList<PgpSecretKey> keys, string file, string? password, int mostBits)
    {
        AddPublic([.. keys.Select(key => key.PublicKey)], file, mostBits);
        foreach (var key in keys)
        {
            if (key.IsPrivateKeyEmpty || !key.PublicKey.IsEncryptionKey)
                continue;
            try
            {
                _secret[key.KeyId] = key.ExtractPrivateKeyUtf8((password ?? string.Empty).ToCharArray());
            }
            catch (PgpException fault)
            {
                throw new FormatException($"{file}: the secret key {OpenPgpKey.NameOf(key.KeyId)} needs another password", fault);
            }
        }
    }
}
