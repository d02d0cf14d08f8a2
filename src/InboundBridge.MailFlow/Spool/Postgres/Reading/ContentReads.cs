using System.Data;
using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Microsoft.Win32.SafeHandles;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>
/// Reads a mail back and checks it against the digest that was stored when it was accepted. A large mail is streamed into a file of this
/// node, which goes when the content is disposed of: whoever delivers a mail reads it more than once.
/// </summary>
internal sealed class ContentReads(NodeFolder folder)
{
    private const string Find = "SELECT m.body, m.size, m.prelude_length, m.seq, m.sha256, m.octets FROM messages m WHERE m.id = $1";

    private const string Chunks = "SELECT octets FROM chunks WHERE message = $1 ORDER BY ordinal";

    public async Task<MailContent?> OpenAsync(NpgsqlConnection connection, string messageId)
    {
        (StoredBody Body, long Size, int Prelude, long Seq, byte[] Digest) row;
        MailBuffer octets;
        await using (var command = new NpgsqlCommand(Find, connection))
        {
            command.Parameters.Text(messageId);
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow);
            if (!await reader.ReadAsync() || (StoredBody)reader.GetInt16(0) == StoredBody.Gone)
                return null;
            row = ((StoredBody)reader.GetInt16(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetInt64(3),
                reader.GetFieldValue<byte[]>(4));
            octets = Read(reader, 5, row.Prelude);
        }
        if (row.Body == StoredBody.Inline)
            return Checked(messageId, octets, row.Size, row.Digest);
        try
        {
            return await FetchAsync(connection, messageId, row.Seq, octets.Memory.ToArray(), row.Size, row.Digest);
        }
        finally
        {
            octets.Release();
        }
    }

    private static MailBuffer Read(NpgsqlDataReader reader, int column, int prelude)
    {
        var length = (int)reader.GetBytes(column, 0, null, 0, 0);
        var buffer = BodyPool.Rent(length);
        if (length > 0)
            reader.GetBytes(column, 0, buffer, 0, length);
        return new MailBuffer(buffer, length, prelude);
    }

    private static MailContent Checked(string messageId, MailBuffer octets, long size, byte[] digest)
    {
        if (octets.Length == size && SHA256.HashData(octets.Memory.Span).AsSpan().SequenceEqual(digest))
            return octets.ToContent();
        octets.Release();
        throw new MessageDamagedException(messageId, "they are not those that were accepted");
    }

    private async Task<MailContent> FetchAsync(
        NpgsqlConnection connection, string messageId, long seq, byte[] prelude, long size, byte[] digest)
    {
        var file = folder.CreateTransient();
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(prelude);
            var length = prelude.Length + await CopyAsync(connection, seq, file, hash);
            if (length != size || !hash.GetHashAndReset().AsSpan().SequenceEqual(digest))
                throw new MessageDamagedException(messageId, "they are not those that were accepted");
            return new FileContent(file, prelude, size);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static async Task<long> CopyAsync(NpgsqlConnection connection, long seq, SafeFileHandle file, IncrementalHash hash)
    {
        await using var command = new NpgsqlCommand(Chunks, connection);
        command.Parameters.Number(seq);
        await using var reader = await command.ExecuteReaderAsync();
        var offset = 0L;
        while (await reader.ReadAsync())
        {
            var chunk = Read(reader, 0, 0);
            hash.AppendData(chunk.Memory.Span);
            RandomAccess.Write(file, chunk.Memory.Span, offset);
            offset += chunk.Length;
            chunk.Release();
        }
        return offset;
    }
}
