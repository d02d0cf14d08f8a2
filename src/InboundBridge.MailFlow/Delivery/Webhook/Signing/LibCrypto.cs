using System.Runtime.InteropServices;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>
/// The few functions of OpenSSL's libcrypto that Ed25519 needs; all of them exist since 1.1.1. Null where there is no such library.
/// </summary>
internal sealed unsafe class LibCrypto
{
    private static readonly string[] Names =
        ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib", "libcrypto-3-x64.dll", "libcrypto"];

    /// <summary>NID_ED25519.</summary>
    private const int Ed25519 = 1087;

    private readonly delegate* unmanaged<int, nint, byte*, nuint, nint> _newKey;
    private readonly delegate* unmanaged<nint, byte*, nuint*, int> _publicKey;
    private readonly delegate* unmanaged<nint, void> _freeKey;
    private readonly delegate* unmanaged<nint> _newContext;
    private readonly delegate* unmanaged<nint, void> _freeContext;
    private readonly delegate* unmanaged<nint, nint, nint, nint, nint, int> _signInit;
    private readonly delegate* unmanaged<nint, byte*, nuint*, byte*, nuint, int> _sign;

    private LibCrypto(nint library)
    {
        _newKey = (delegate* unmanaged<int, nint, byte*, nuint, nint>)NativeLibrary.GetExport(library, "EVP_PKEY_new_raw_private_key");
        _publicKey = (delegate* unmanaged<nint, byte*, nuint*, int>)NativeLibrary.GetExport(library, "EVP_PKEY_get_raw_public_key");
        _freeKey = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "EVP_PKEY_free");
        _newContext = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "EVP_MD_CTX_new");
        _freeContext = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "EVP_MD_CTX_free");
        _signInit = (delegate* unmanaged<nint, nint, nint, nint, nint, int>)NativeLibrary.GetExport(library, "EVP_DigestSignInit");
        _sign = (delegate* unmanaged<nint, byte*, nuint*, byte*, nuint, int>)NativeLibrary.GetExport(library, "EVP_DigestSign");
    }

    public static LibCrypto? Instance { get; } = Load();

    public LibCryptoKey? ImportEd25519(ReadOnlySpan<byte> seed)
    {
        fixed (byte* octets = seed)
        {
            var key = _newKey(Ed25519, 0, octets, (nuint)seed.Length);
            return key == 0 ? null : new LibCryptoKey(this, key);
        }
    }

    public void Free(nint key) => _freeKey(key);

    public void PublicKey(nint key, Span<byte> destination)
    {
        var length = (nuint)destination.Length;
        fixed (byte* octets = destination)
            Check(_publicKey(key, octets, &length));
    }

    /// <exception cref="InvalidOperationException">libcrypto refused, which it does only when memory is out.</exception>
    public void Sign(nint key, byte* message, nuint messageLength, Span<byte> signature)
    {
        var context = _newContext();
        try
        {
            Check(_signInit(context, 0, 0, 0, key));
            var length = (nuint)signature.Length;
            fixed (byte* octets = signature)
                Check(_sign(context, octets, &length, message, messageLength));
        }
        finally
        {
            _freeContext(context);
        }
    }

    private static void Check(int result)
    {
        if (result != 1)
            throw new InvalidOperationException("libcrypto could not sign");
    }

    private static LibCrypto? Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library) && NativeLibrary.TryGetExport(library, "EVP_PKEY_new_raw_private_key", out _))
                return new LibCrypto(library);
        }
        return null;
    }
}
