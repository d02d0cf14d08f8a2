using System.Buffers;
using System.IO.MemoryMappedFiles;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>Signature scheme v1a: Ed25519 (RFC 8032), by OpenSSL's libcrypto, since .NET has none.</summary>
internal sealed class Ed25519Key : SigningKey
{
    private const int SeedLength = 32;

    private readonly LibCryptoKey _key;
    private readonly string _temporaryFolder;

    /// <param name="secret">32 octets of seed, or 64: the seed and its public key.</param>
    public Ed25519Key(byte[] secret, string temporaryFolder)
    {
        if (secret.Length is not (SeedLength or 2 * SeedLength))
            throw new FormatException("a whsk_ secret holds 32 octets, or 64 with the public key");
        _key = LibCrypto.Instance?.ImportEd25519(secret.AsSpan(0, SeedLength))
            ?? throw new FormatException("whsk_ secrets need OpenSSL's libcrypto (3 or 1.1.1), which was not found on this machine");
        if (secret.Length > SeedLength && !PublicKey().AsSpan().SequenceEqual(secret.AsSpan(SeedLength)))
            throw new FormatException("the public key in a whsk_ secret does not belong to its private key");
        _temporaryFolder = temporaryFolder;
    }

    public override int Length => SeedLength;

    public byte[] PublicKey() => _key.PublicKey();

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
            return _key.Sign(signed.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(signed);
        }
    }

    /// <summary>
    /// Ed25519 hashes its message twice, and libcrypto wants it in one piece: a mapped file gives that without the memory.
    /// </summary>
    private byte[] SignMapped(ReadOnlySpan<byte> prefix, MailContent body)
    {
        using var file = TemporaryFile.Create(_temporaryFolder);
        var length = Write(file.SafeFileHandle, prefix, body);
        using var mapping =
            MemoryMappedFile.CreateFromFile(file, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        return _key.Sign(view.SafeMemoryMappedViewHandle, length);
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
