using System.Buffers;
using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>Signature scheme v1: HMAC-SHA256.</summary>
internal sealed class HmacKey(byte[] key) : SigningKey
{
    private const int ChunkSize = 64 * 1024;

    private const string Scheme = "v1,";

    /// <summary>Base64 makes four characters of three octets, with padding at the end.</summary>
    private const int SignatureLength = 3 + ((HMACSHA256.HashSizeInBytes + 2) / 3 * 4);

    /// <summary>Setting up a keyed hash costs more than hashing a small body, so the last one used is kept.</summary>
    private IncrementalHash? _spare;

    public override int Length => key.Length;

    public override string Sign(ReadOnlySpan<byte> prefix, MailContent body)
    {
        var hash = Interlocked.Exchange(ref _spare, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(prefix);
        Append(hash, body);
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        Interlocked.Exchange(ref _spare, hash)?.Dispose();
        Span<char> signature = stackalloc char[SignatureLength];
        Scheme.CopyTo(signature);
        Convert.TryToBase64Chars(digest, signature[Scheme.Length..], out _);
        return new string(signature);
    }

    private static void Append(IncrementalHash hash, MailContent body)
    {
        if (body.TryGetMemory(out var memory))
        {
            hash.AppendData(memory.Span);
            return;
        }
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var offset = 0L;
        for (int count; (count = body.Read(offset, chunk)) > 0; offset += count)
            hash.AppendData(chunk, 0, count);
        ArrayPool<byte>.Shared.Return(chunk);
    }
}
