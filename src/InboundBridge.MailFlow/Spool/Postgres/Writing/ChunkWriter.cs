using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>
/// Streams the received octets of a large mail into <c>chunks</c>, inside the open transaction of its message. Only one chunk is in memory.
/// </summary>
internal sealed class ChunkWriter(NpgsqlConnection connection)
{
    /// <summary>
    /// Octets of a chunk. Our choice: large enough that a mail of 50 MB has 200 rows, small enough to be in memory for many mails at once.
    /// </summary>
    private const int ChunkOctets = 256 * 1024;

    private const string Copy = "COPY chunks(message, ordinal, octets) FROM STDIN (FORMAT BINARY)";

    public async Task WriteAsync(string messageId, StagedMail staged)
    {
        var number = await FindNumberAsync(messageId);
        var content = staged.Content;
        var buffer = BodyPool.Rent(ChunkOctets);
        try
        {
            await using var rows = await connection.BeginBinaryImportAsync(Copy);
            long offset = content.PreludeLength;
            for (var ordinal = 0; offset < content.Length; ordinal++)
            {
                var count = await FillAsync(content, offset, buffer.AsMemory(0, ChunkOctets));
                await rows.StartRowAsync();
                await rows.WriteAsync(number, NpgsqlDbType.Bigint);
                await rows.WriteAsync(ordinal, NpgsqlDbType.Integer);
                await rows.WriteAsync<ReadOnlyMemory<byte>>(buffer.AsMemory(0, count), NpgsqlDbType.Bytea);
                offset += count;
            }
            await rows.CompleteAsync();
        }
        finally
        {
            BodyPool.Return(buffer);
        }
    }

    private async Task<long> FindNumberAsync(string messageId)
    {
        await using var command = new NpgsqlCommand("SELECT seq FROM messages WHERE id = $1", connection);
        command.Parameters.Text(messageId);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<int> FillAsync(MailContent content, long offset, Memory<byte> chunk)
    {
        var filled = 0;
        for (int count; filled < chunk.Length
            && (count = await content.ReadAsync(offset + filled, chunk[filled..], CancellationToken.None)) > 0; filled += count)
        {
        }
        return filled > 0 ? filled : throw new IOException("the file of a received mail is shorter than what was written to it");
    }
}
