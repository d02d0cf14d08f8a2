using System.Runtime.InteropServices;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>An Ed25519 private key inside libcrypto. Signing is safe for concurrent use; each call has a context of its own.</summary>
internal sealed unsafe class LibCryptoKey : SafeHandle
{
    private const int SignatureLength = 64;
    private const int PublicKeyLength = 32;

    private readonly LibCrypto _library;

    public LibCryptoKey(LibCrypto library, nint key)
        : base(0, ownsHandle: true)
    {
        _library = library;
        SetHandle(key);
    }

    public override bool IsInvalid => handle == 0;

    public byte[] PublicKey()
    {
        var octets = new byte[PublicKeyLength];
        var held = false;
        try
        {
            DangerousAddRef(ref held);
            _library.PublicKey(handle, octets);
        }
        finally
        {
            if (held)
                DangerousRelease();
        }
        return octets;
    }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        fixed (byte* octets = message)
            return Sign(octets, (nuint)message.Length);
    }

    /// <param name="view">A mapped file.</param>
    public byte[] Sign(SafeBuffer view, long length)
    {
        byte* octets = null;
        try
        {
            view.AcquirePointer(ref octets);
            return Sign(octets, (nuint)length);
        }
        finally
        {
            if (octets is not null)
                view.ReleasePointer();
        }
    }

    protected override bool ReleaseHandle()
    {
        _library.Free(handle);
        return true;
    }

    private byte[] Sign(byte* message, nuint length)
    {
        var signature = new byte[SignatureLength];
        var held = false;
        try
        {
            DangerousAddRef(ref held);
            _library.Sign(handle, message, length, signature);
        }
        finally
        {
            if (held)
                DangerousRelease();
        }
        return signature;
    }
}
