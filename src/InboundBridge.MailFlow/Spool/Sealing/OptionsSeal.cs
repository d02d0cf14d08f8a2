using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;

namespace InboundBridge.MailFlow.Spool.Sealing;

/// <summary>
/// Encrypts the options that a rule overrides (<see cref="SpooledDelivery.OptionsJson"/>), because they may hold passwords: AES-256-GCM
/// with a key derived for each delivery (HMAC-SHA256 of the delivery's id under the spool's key). So no nonce is used twice with one key,
/// and a text can't be moved to another delivery.
/// <para>The spool's key is beside the database in <c>options.key</c>, readable by its owner only, so that a back-up of the folder has
/// both. Sealed texts begin with a prefix and JSON with a brace, which tells texts of earlier versions from sealed ones.</para>
/// </summary>
internal sealed class OptionsSeal(byte[] key)
{
    public const string FileName = "options.key";

    private const string Prefix = "sealed:";
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Reads the key of a spool; null if it has none yet.</summary>
    /// <exception cref="SpoolRefusedException">The file is not a key.</exception>
    public static OptionsSeal? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        return File.ReadAllBytes(path) is { Length: KeyLength } known
            ? new OptionsSeal(known)
            : throw new SpoolRefusedException(
                $"{path} is not a spool's key, which has {KeyLength} octets. Restore it from the back-up of this spool");
    }

    /// <summary>
    /// Creates a key and syncs it before it is used: a power loss must not take the key and leave texts that only it can decrypt.
    /// </summary>
    /// <exception cref="IOException">The key could not be written.</exception>
    public static OptionsSeal Make(string folder)
    {
        var made = RandomNumberGenerator.GetBytes(KeyLength);
        PrivateFiles.Replace(Path.Combine(folder, FileName), made);
        return new OptionsSeal(made);
    }

    public static bool IsSealed(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    public string? Seal(string? json, string deliveryId)
    {
        if (json is null)
            return null;
        var clear = Encoding.UTF8.GetBytes(json);
        var octets = new byte[NonceLength + TagLength + clear.Length];
        RandomNumberGenerator.Fill(octets.AsSpan(0, NonceLength));
        using var cipher = CipherFor(deliveryId);
        cipher.Encrypt(octets.AsSpan(0, NonceLength), clear, octets.AsSpan(NonceLength + TagLength), octets.AsSpan(NonceLength, TagLength));
        return Prefix + Convert.ToBase64String(octets);
    }

    /// <returns><see cref="SpooledDelivery.UnreadableOptions"/> if another key sealed the text, or the text is damaged.</returns>
    public string? Open(string? text, string deliveryId)
    {
        if (text is null || !IsSealed(text))
            return text;
        var octets = new byte[text.Length];
        if (!Convert.TryFromBase64String(text[Prefix.Length..], octets, out var length) || length < NonceLength + TagLength)
            return SpooledDelivery.UnreadableOptions;
        var clear = new byte[length - NonceLength - TagLength];
        try
        {
            using var cipher = CipherFor(deliveryId);
            cipher.Decrypt(
                octets.AsSpan(0, NonceLength), octets.AsSpan(NonceLength + TagLength, clear.Length), octets.AsSpan(NonceLength, TagLength),
                clear);
        }
        catch (AuthenticationTagMismatchException)
        {
            return SpooledDelivery.UnreadableOptions;
        }
        return Encoding.UTF8.GetString(clear);
    }

    private AesGcm CipherFor(string deliveryId) => new(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(deliveryId)), TagLength);
}
