using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// Deletes a message, or only its octets, inside the open transaction. Body files are deleted after the commit, so their ids are collected.
/// </summary>
internal static class MessageRemoval
{
    /// <summary>Deletes the message of a delivery. Most messages have one delivery, which needs fewer statements.</summary>
    public static void Remove(WriterSession session, in StoredDelivery last, List<string> files)
    {
        if (last.HasSiblings || last.HasHistory)
        {
            Remove(session, last.MessageSeq, files);
            return;
        }
        RemoveOctets(session, last.MessageSeq, files);
        session.Count(last.Destination, last.State, -1);
        session.Statement("DELETE FROM deliveries WHERE seq = ?1").Bind(1, last.Seq).Run();
        RemoveRecord(session, last.MessageSeq);
    }

    /// <summary>Deletes a message with all its deliveries.</summary>
    public static void Remove(WriterSession session, long seq, List<string> files)
    {
        RemoveOctets(session, seq, files);
        var first = seq << SpoolSchema.OrdinalBits;
        var last = (seq + 1 << SpoolSchema.OrdinalBits) - 1;
        var states =
            session.Statement("SELECT destination, state FROM deliveries WHERE seq BETWEEN ?1 AND ?2").Bind(1, first).Bind(2, last);
        while (states.Step())
            session.Count(states.Text(0), (DeliveryState)states.Number(1), -1);
        states.Reset();
        session.Statement("DELETE FROM attempts WHERE delivery BETWEEN ?1 AND ?2").Bind(1, first).Bind(2, last).Run();
        session.Statement("DELETE FROM deliveries WHERE seq BETWEEN ?1 AND ?2").Bind(1, first).Bind(2, last).Run();
        RemoveRecord(session, seq);
    }

    /// <summary>Deletes the octets and keeps the record.</summary>
    public static void DropOctets(WriterSession session, long seq, List<string> files)
    {
        if (RemoveOctets(session, seq, files))
            session.Statement("UPDATE messages SET body = 2, prelude = NULL WHERE seq = ?1").Bind(1, seq).Run();
    }

    /// <summary>Whether the record has outlived its octets.</summary>
    public static bool IsGone(WriterSession session, long seq)
    {
        var row = session.Statement("SELECT 1 FROM messages WHERE seq = ?1 AND body = 2").Bind(1, seq);
        var isGone = row.Step();
        row.Reset();
        return isGone;
    }

    /// <returns>False if they are gone already.</returns>
    private static bool RemoveOctets(WriterSession session, long seq, List<string> files)
    {
        var message = session.Statement("SELECT id, body, size FROM messages WHERE seq = ?1").Bind(1, seq);
        if (!message.Step())
        {
            message.Reset();
            return false;
        }
        var (id, body, size) = (message.Text(0), (MessageRow.Body)message.Number(1), message.Number(2));
        message.Reset();
        if (body == MessageRow.Body.Gone)
            return false;
        if (body == MessageRow.Body.File)
            files.Add(id);
        else
            session.Statement("DELETE FROM bodies WHERE message = ?1").Bind(1, seq).Run();
        session.CountMessage(0, -size);
        return true;
    }

    private static void RemoveRecord(WriterSession session, long seq)
    {
        session.Statement("DELETE FROM messages WHERE seq = ?1").Bind(1, seq).Run();
        session.CountMessage(-1, 0);
    }
}
