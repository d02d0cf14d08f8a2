using System.Buffers;
using System.IO.MemoryMappedFiles;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Win32.SafeHandles;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>Signature scheme v1a: Ed25519 (RFC 8032), by BouncyCastle, because .NET has none. Safe for concurrent use.</summary>
internal sealed class Ed25519Key : SigningKey
{
    private const int SeedLength = 32;

    private readonly byte[] _seed;
    private readonly byte[] _publicKey = new byte[Ed25519.PublicKeySize];
    private readonly string _temporaryFolder;

    /// <param name="secret">32 octets of seed, or 64: the seed and its public key.</param>
    public Ed25519Key(byte[] secret, string temporaryFolder)
    {
        if (secret.Length is not (SeedLength or 2 * SeedLength))
            throw new FormatException("a whsk_ secret holds 32 octets, or 64 with the public key");
        _seed = secret[..SeedLength];
        Ed25519.GeneratePublicKey(_seed, _publicKey);
        if (secret.Length > SeedLength && !_publicKey.AsSpan().SequenceEqual(secret.AsSpan(SeedLength)))
            throw new FormatException("the public key in a whsk_ secret does not belong to its private key");
        _temporaryFolder = temporaryFolder;
    }

    public override int Length => SeedLength;

    public byte[] PublicKey() => [.. _publicKey];

    public override string Sign(ReadOnlySpan<byte> prefix, MailContent body) =>
        string.Concat("v1a,", Convert.ToBase64String(prefix.Length + body.Length <= BodyBuffer.MemoryLimit
            ? SignInMemory(prefix, body)
            : SignMapped(prefix, body)));

    private byte[] SignInMemory(ReadOnlySpan<byte> prefix, MailContent body)
    {
        var length = prefix.Length + (int)body.Length;
        var signed = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            prefix.CopyTo(signed);
            var offset = 0;
            for (int count; (count = body.Read(offset, signed.AsSpan(prefix.Length + offset, length - prefix.Length - offset))) > 0;)
                offset += count;
            return Sign(signed.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(signed);
        }
    }

    /// <summary>
    /// Ed25519 hashes its message twice, so the message must be there in one piece. A mapped file gives that without the memory.
    /// </summary>
    private unsafe byte[] SignMapped(ReadOnlySpan<byte> prefix, MailContent body)
    {
        using var file = TemporaryFile.Create(_temporaryFolder);
        var length = checked((int)Write(file.SafeFileHandle, prefix, body));
        using var mapping =
            MemoryMappedFile.CreateFromFile(file, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* octets = null;
        try
        {
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref octets);
            return Sign(new ReadOnlySpan<byte>(octets, length));
        }
        finally
        {
            if (octets is not null)
                view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        // As an array, the second argument would be a context, and the signature another one (RFC 8032 §5.1, Ed25519ctx).
        Ed25519.Sign(_seed, _publicKey.AsSpan(), message, signature);
        return signature;
    }

    private static long Write(SafeFileHandle file, ReadOnlySpan<byte> prefix, MailContent body)
    {
        RandomAccess.Write(file, prefix, 0);
        var chunk = ArrayPool<byte>.Shared.Rent(BodyBuffer.MemoryLimit);
        try
        {
            var offset = 0L;
            for (int count; (count = body.Read(offset, chunk)) > 0; offset += count)
                RandomAccess.Write(file, chunk.AsSpan(0, count), prefix.Length + offset);
            return prefix.Length + offset;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
