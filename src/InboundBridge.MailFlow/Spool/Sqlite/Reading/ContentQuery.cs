using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>Reads a mail back from the disk and checks it against the digest that was stored when it was accepted.</summary>
internal static class ContentQuery
{
    private const string Find = "SELECT m.seq, m.body, m.size, m.sha256, m.prelude FROM messages m WHERE m.id = ?1";

    private const string FindOctets = "SELECT octets FROM bodies WHERE message = ?1";

    private const int Piece = 64 * 1024;

    public static MailContent? Open(SpoolReader reader, string messageId, IBodyFiles files, RecentBodies recent)
    {
        var row = reader.Statement(Find).Bind(1, messageId);
        if (!row.Step())
        {
            row.Reset();
            return null;
        }
        var (seq, body, size, digest, prelude) =
            (row.Number(0), (MessageRow.Body)row.Number(1), row.Number(2), row.Octets(3).ToArray(), row.Octets(4).ToArray());
        row.Reset();
        return body switch
        {
            MessageRow.Body.Gone => null,
            MessageRow.Body.File => OpenFile(messageId, prelude, size, digest, files, recent.IsRecentFile(messageId)),
            _ => OpenInline(reader, messageId, seq, prelude, size, digest),
        };
    }

    private static MailContent OpenInline(SpoolReader reader, string messageId, long seq, byte[] prelude, long size, byte[] digest)
    {
        var row = reader.Statement(FindOctets).Bind(1, seq);
        try
        {
            if (!row.Step())
                throw new MessageDamagedException(messageId, "they are missing");
            var received = row.Octets(0);
            var length = prelude.Length + received.Length;
            if (length != size)
                throw new MessageDamagedException(messageId, "they are not those that were accepted");
            var octets = BodyPool.Rent(length);
            prelude.CopyTo(octets, 0);
            received.CopyTo(octets.AsSpan(prelude.Length));
            if (SHA256.HashData(octets.AsSpan(0, length)).AsSpan().SequenceEqual(digest))
                return new MailBuffer(octets, length, prelude.Length).ToContent();
            BodyPool.Return(octets);
            throw new MessageDamagedException(messageId, "they are not those that were accepted");
        }
        catch (SqliteFault fault) when (fault.IsDamage)
        {
            throw new MessageDamagedException(messageId, "a page of the database is broken", fault);
        }
        finally
        {
            row.Reset();
        }
    }

    private static FileContent OpenFile(string messageId, byte[] prelude, long size, byte[] digest, IBodyFiles files, bool isTrusted)
    {
        try
        {
            var file = files.OpenRead(messageId) ?? throw new MessageDamagedException(messageId, "their file is missing");
            var content = new FileContent(file, prelude, size);
            if (RandomAccess.GetLength(file) == size - prelude.Length && (isTrusted || Matches(content, digest)))
                return content;
            content.Dispose();
            throw new MessageDamagedException(messageId, "their file is not what was accepted");
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new SpoolUnavailableException($"the file of message {messageId} can't be read", fault);
        }
        catch (IOException fault) when (fault is not MessageDamagedException)
        {
            throw new SpoolUnavailableException($"the file of message {messageId} can't be read", fault);
        }
    }

    private static bool Matches(FileContent content, byte[] digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = BodyPool.Rent(Piece);
        var offset = 0L;
        for (var count = content.Read(0, piece); count > 0; count = content.Read(offset, piece))
        {
            hash.AppendData(piece.AsSpan(0, count));
            offset += count;
        }
        BodyPool.Return(piece);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(digest);
    }
}
