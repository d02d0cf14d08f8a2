using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>
/// Removes the octets of a message and everything that was read from them. SQLite overwrites what it frees (<c>secure_delete</c>). The log
/// still holds the old pages until the writer empties it, which <see cref="WriterSession.WantsEmptyLog"/> asks for. A crash leaves the
/// message whole or erased.
/// </summary>
internal sealed class EraseWrite(string messageId, DateTimeOffset at, ClaimTable claims, RecentBodies recent, Action<string> deleteFile)
    : SpoolWrite
{
    private const string Deliveries =
        $"SELECT m.id, {DeliveryRow.Columns} FROM messages m " +
        "JOIN deliveries d ON d.seq BETWEEN m.seq << 20 AND (m.seq + 1 << 20) - 1 WHERE m.seq = ?1";

    private readonly List<string> _files = [];
    private readonly List<string> _changing = [];

    public bool IsFound { get; private set; }

    public List<SpooledDelivery> Cancelled { get; } = [];

    public override void Apply(WriterSession session)
    {
        _files.Clear();
        Unmark();
        Cancelled.Clear();
        var message = session.Statement("SELECT seq FROM messages WHERE id = ?1").Bind(1, messageId);
        IsFound = message.Step();
        var seq = IsFound ? message.Number(0) : 0;
        message.Reset();
        if (!IsFound)
            return;
        session.Database.Execute("PRAGMA secure_delete = ON");
        MessageRemoval.DropOctets(session, seq, _files);
        session.Statement("UPDATE messages SET subject = NULL, authentication = NULL, results = NULL, sha256 = x'' WHERE seq = ?1")
            .Bind(1, seq).Run();
        foreach (var (number, delivery) in Read(session, seq))
            Erase(session, number, delivery);
        session.Statement(
            "UPDATE attempts SET reply = '', reply_code = NULL, reply_enhanced = NULL, reply_host = NULL WHERE delivery BETWEEN ?1 << 20 AND (?1 + 1 << 20) - 1").Bind(1, seq).Run();
        session.Database.Execute(SpoolSchema.UsualErasure);
        session.WantsEmptyLog = true;
    }

    public override void Committed()
    {
        Unmark();
        recent.Forget(messageId);
        foreach (var file in _files)
            deleteFile(file);
    }

    protected override void Failed() => Unmark();

    private void Unmark()
    {
        _changing.ForEach(id => claims.EndChange(id, isOpen: true, endsClaim: false));
        _changing.Clear();
    }

    private static List<(long Seq, SpooledDelivery Delivery)> Read(WriterSession session, long seq)
    {
        var rows = session.Statement(Deliveries).Bind(1, seq);
        var found = new List<(long, SpooledDelivery)>();
        try
        {
            while (rows.Step())
                found.Add((rows.Number(1), DeliveryRow.Read(rows, 1, rows.Text(0))));
        }
        finally
        {
            rows.Reset();
        }
        return found;
    }

    private void Erase(WriterSession session, long seq, SpooledDelivery delivery)
    {
        var left = DeliveryTransitions.Erase(delivery, at);
        claims.BeginChange(delivery.Id);
        _changing.Add(delivery.Id);
        session.Statement(
            "UPDATE deliveries SET state = ?2, ended_at = ?3, last_reply = ?4, recipients = ?5, tags = NULL, vars = NULL, header_edits = NULL, options = NULL, " +
            "hold_reason = NULL, reply_code = NULL, reply_enhanced = NULL, reply_host = NULL, version = ?6 WHERE seq = ?1")
            .Bind(1, seq).Bind(2, (long)left.State).Bind(3, left.EndedAt).Bind(4, left.LastReply?.Text)
                .BindText(5, SpoolJson.Write(left.Recipients))
            .Bind(6, left.Version).Run();
        if (left.State == delivery.State)
            return;
        session.Count(delivery.Destination, delivery.State, -1);
        session.Count(left.Destination, left.State, 1);
        Cancelled.Add(left);
    }
}
