using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Bodies;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>Reads the octets of a message back from the disk, and doesn't believe them: they must have the digest that was stored when they were accepted.</summary>
internal static class ContentQuery
{
    private const string Find = "SELECT m.seq, m.body, m.size, m.sha256 FROM messages m WHERE m.id = ?1";

    private const string FindOctets = "SELECT octets FROM bodies WHERE message = ?1";

    private const int Piece = 64 * 1024;

    public static MimeSource? Open(SpoolReader reader, string messageId, IBodyFiles files, RecentBodies recent)
    {
        var row = reader.Statement(Find).Bind(1, messageId);
        if (!row.Step())
        {
            row.Reset();
            return null;
        }
        var (seq, body, size, digest) = (row.Number(0), (MessageRow.Body)row.Number(1), row.Number(2), row.Octets(3).ToArray());
        row.Reset();
        return body switch
        {
            MessageRow.Body.Gone => null,
            MessageRow.Body.File => OpenFile(messageId, size, digest, files, recent.IsRecentFile(messageId)),
            _ => OpenInline(reader, messageId, seq, size, digest),
        };
    }

    private static MimeSource OpenInline(SpoolReader reader, string messageId, long seq, long size, byte[] digest)
    {
        var row = reader.Statement(FindOctets).Bind(1, seq);
        try
        {
            if (!row.Step())
                throw new MessageDamagedException(messageId, "they are not there");
            var stored = row.Octets(0);
            if (stored.Length != size || !SHA256.HashData(stored).AsSpan().SequenceEqual(digest))
                throw new MessageDamagedException(messageId, "they are not those that were accepted");
            var octets = BodyPool.Rent(stored.Length);
            stored.CopyTo(octets);
            return new BodyBuffer(octets, stored.Length).ToSource();
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

    private static FileSource OpenFile(string messageId, long size, byte[] digest, IBodyFiles files, bool isTrusted)
    {
        try
        {
            var file = files.OpenRead(messageId) ?? throw new MessageDamagedException(messageId, "their file is not there");
            var source = new FileSource(file, size);
            if (RandomAccess.GetLength(file) == size && (isTrusted || Matches(source, digest)))
                return source;
            source.Dispose();
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

    private static bool Matches(FileSource source, byte[] digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = BodyPool.Rent(Piece);
        var offset = 0L;
        for (var count = source.Read(0, piece); count > 0; count = source.Read(offset, piece))
        {
            hash.AppendData(piece.AsSpan(0, count));
            offset += count;
        }
        BodyPool.Return(piece);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(digest);
    }
}
