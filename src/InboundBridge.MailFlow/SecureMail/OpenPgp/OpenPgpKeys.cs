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

    /// <summary>Several keys may name one subkey, and only one of them has its signature.</summary>
    private readonly Dictionary<long, List<OpenPgpKey>> _public = [];
    private readonly Dictionary<long, PgpPrivateKey> _secret = [];

    private OpenPgpKeys(byte[] octets) => Digest = Convert.ToHexString(SHA256.HashData(octets));

    /// <summary>A keyring without keys: every signature is unknown.</summary>
    internal static OpenPgpKeys Empty { get; } = new([]);

    /// <summary>Equal for equal files.</summary>
    internal string Digest { get; }

    /// <summary>Some of the keys decrypt.</summary>
    public bool HasSecrets => _secret.Count > 0;

    /// <summary>Keys that are revoked, expired at a time, or not signed by their owner: their address or number, and the reason.</summary>
    public IReadOnlyList<(string Key, string Reason)> UnusableAt(DateTimeOffset time) =>
    [
        .. from keys in _public.Values
           let key = keys[0]
           let problem = key.IsSubkey ? null : key.Problem(time)
           where problem is not null
           select (key.Addresses.Count > 0 ? key.Addresses[0] : key.Name, problem),
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

    /// <summary>
    /// The key of that number: one that its owner has signed, where there are several. Where one export says that it is revoked and another
    /// does not, it is revoked.
    /// </summary>
    internal OpenPgpKey? Find(long keyId) => _public.GetValueOrDefault(keyId) is { } keys
        ? keys.Find(key => key is { Doubt: null, IsRevoked: true }) ?? keys.Find(key => key.Doubt is null) ?? keys[0]
        : null;

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
        OpenPgpKey? owner = null;
        foreach (var key in keys)
        {
            if (key.BitStrength > mostBits)
                throw new FormatException($"{file}: the key {OpenPgpKey.NameOf(key.KeyId)} has more than {mostBits} bits");
            var found = new OpenPgpKey(key, key == keys[0] ? null : owner);
            owner ??= found;
            if (!_public.TryGetValue(key.KeyId, out var known))
                _public.Add(key.KeyId, known = []);
            // The last one counts: the newer of two exports stands at the end.
            known.Insert(0, found);
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
