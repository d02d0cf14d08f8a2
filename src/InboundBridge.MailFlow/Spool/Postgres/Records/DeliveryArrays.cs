using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>New deliveries, a list for each column. Each names its message by the id.</summary>
internal sealed class DeliveryArrays(OptionsSeal seal)
{
    public const string Names =
        "seq, id, destination, state, attempts, version, created_at, queued_at, next_at, ended_at, owner, fence, claimed_until, last_reply, " +
        "reply_code, reply_enhanced, reply_host, recipients, rule, tags, vars, header_edits, options, hold_reason, replay, failed_destinations";

    /// <summary>The columns of <see cref="Names"/> but the first, from <see cref="Rows"/>.</summary>
    public const string Values =
        "r.id, r.destination, r.state, r.attempts, r.version, r.created_at, r.queued_at, r.next_at, r.ended_at, r.owner, 1, " +
        "spool_now() + r.lifetime, r.last_reply, r.reply_code, r.reply_enhanced, r.reply_host, r.recipients, r.rule, r.tags, r.vars, " +
        "r.header_edits, r.options, r.hold_reason, r.replay, r.failed_destinations";

    /// <summary>Number of parameters of <see cref="Rows"/>.</summary>
    private const int Width = 26;

    private readonly List<string> _messages = [];
    private readonly List<int> _ordinals = [];
    private readonly List<string> _ids = [];
    private readonly List<string> _destinations = [];
    private readonly List<short> _states = [];
    private readonly List<int> _attempts = [];
    private readonly List<long> _versions = [];
    private readonly List<long> _created = [];
    private readonly List<long?> _queued = [];
    private readonly List<long> _next = [];
    private readonly List<long?> _ended = [];
    private readonly List<string?> _owners = [];
    private readonly List<long?> _lifetimes = [];
    private readonly ReplyArrays _replies = new();
    private readonly List<string> _recipients = [];
    private readonly List<string?> _rules = [];
    private readonly List<string?> _tags = [];
    private readonly List<string?> _vars = [];
    private readonly List<string?> _edits = [];
    private readonly List<string?> _options = [];
    private readonly List<string?> _holdReasons = [];
    private readonly List<bool> _replays = [];
    private readonly List<string?> _failed = [];

    public int Count => _ids.Count;

    /// <summary>The parameters from a place on, as rows named r.</summary>
    public static string Rows(int first)
    {
        string[] types =
        [
            "text", "integer", "text", "text", "smallint", "integer", "bigint", "bigint", "bigint", "bigint", "bigint", "text", "bigint",
            "text", "integer", "text", "text", "text", "text", "text", "text", "text", "text", "text", "boolean", "text",
        ];
        var arrays = Enumerable.Range(0, Width).Select(index => $"${first + index}::{types[index]}[]");
        return $"unnest({string.Join(", ", arrays)}) AS r(message, ordinal, id, destination, state, attempts, version, created_at, " +
            "queued_at, next_at, ended_at, owner, lifetime, last_reply, reply_code, reply_enhanced, reply_host, recipients, rule, tags, " +
            "vars, header_edits, options, hold_reason, replay, failed_destinations)";
    }

    /// <summary>Adds all deliveries of a message, in the order of their making.</summary>
    public void Add(string messageId, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims)
    {
        for (var index = 0; index < deliveries.Count; index++)
        {
            var delivery = deliveries[index];
            var terms = claims.Contains(index) && DeliveryTransitions.IsOpen(delivery.State) ? claims.Terms : null;
            Add(messageId, index, delivery, terms);
        }
    }

    /// <summary>Adds all deliveries of a message, each of them claimed, whatever its state.</summary>
    public void AddClaimed(string messageId, IEnumerable<SpooledDelivery> deliveries, ClaimTerms terms)
    {
        var ordinal = 0;
        foreach (var delivery in deliveries)
            Add(messageId, ordinal++, delivery, terms);
    }

    public void Bind(NpgsqlParameterCollection parameters)
    {
        parameters
            .Texts(_messages).Column(NpgsqlDbType.Integer, _ordinals).Texts(_ids).Texts(_destinations)
            .Column(NpgsqlDbType.Smallint, _states).Column(NpgsqlDbType.Integer, _attempts).Numbers(_versions).Numbers(_created)
            .Column(NpgsqlDbType.Bigint, _queued).Numbers(_next).Column(NpgsqlDbType.Bigint, _ended).Column(NpgsqlDbType.Text, _owners)
            .Column(NpgsqlDbType.Bigint, _lifetimes);
        _replies.Bind(parameters);
        parameters
            .Texts(_recipients).Column(NpgsqlDbType.Text, _rules).Column(NpgsqlDbType.Text, _tags).Column(NpgsqlDbType.Text, _vars)
            .Column(NpgsqlDbType.Text, _edits).Column(NpgsqlDbType.Text, _options).Column(NpgsqlDbType.Text, _holdReasons)
            .Column(NpgsqlDbType.Boolean, _replays).Column(NpgsqlDbType.Text, _failed);
    }

    private void Add(string messageId, int ordinal, SpooledDelivery delivery, ClaimTerms? terms)
    {
        _messages.Add(messageId);
        _ordinals.Add(ordinal);
        _ids.Add(delivery.Id);
        _destinations.Add(StoredText.Of(delivery.Destination));
        _states.Add((short)delivery.State);
        _attempts.Add(delivery.Attempts);
        _versions.Add(delivery.Version);
        _created.Add(StoredTime.Of(delivery.CreatedAt));
        _queued.Add(StoredTime.OfNullable(delivery.QueuedAt));
        _next.Add(StoredTime.Of(delivery.NextAttemptAt));
        _ended.Add(StoredTime.OfNullable(delivery.EndedAt));
        _owners.Add(terms?.Owner);
        _lifetimes.Add(terms is null ? null : ClaimLifetimes.Of(terms));
        _replies.Add(delivery.LastReply);
        _recipients.Add(Encoding.UTF8.GetString(SpoolJson.Write(delivery.Recipients)));
        _rules.Add(StoredText.OfNullable(delivery.Rule));
        _tags.Add(Text(SpoolJson.Write(delivery.Tags)));
        _vars.Add(Text(SpoolJson.Write(delivery.Vars)));
        _edits.Add(Text(SpoolJson.Write(delivery.HeaderEdits)));
        _options.Add(seal.Seal(delivery.OptionsJson, delivery.Id));
        _holdReasons.Add(StoredText.OfNullable(delivery.HoldReason));
        _replays.Add(delivery.IsReplay);
        _failed.Add(Text(SpoolJson.Write(delivery.FailedDestinations)));
    }

    private static string? Text(byte[]? json) => json is null ? null : Encoding.UTF8.GetString(json);
}
