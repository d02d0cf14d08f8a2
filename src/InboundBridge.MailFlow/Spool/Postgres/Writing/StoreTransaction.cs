using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>An open transaction of one change. What it counts is written just before its commit (<see cref="Tallies"/>).</summary>
internal sealed class StoreTransaction(NpgsqlConnection connection, OptionsSeal seal, short slot)
{
    private bool _waitsBriefly;

    public OptionsSeal Seal => seal;

    public Tallies Tallies { get; } = new();

    /// <summary>It has claimed deliveries that it stores.</summary>
    public bool HasClaimed { get; private set; }

    /// <returns>The number of rows that the statement changed.</returns>
    public async Task<int> RunAsync(string sql, Action<NpgsqlParameterCollection> bind)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        bind(command.Parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>As <see cref="RunAsync"/>, for a statement that counts what it changes.</summary>
    /// <param name="bind">Gets the slot in which it counts.</param>
    public async Task<int> RunCountingAsync(string sql, Action<NpgsqlParameterCollection, short> bind)
    {
        if (!_waitsBriefly)
            await RunAsync(Tallies.WaitBriefly, _ => { });
        _waitsBriefly = true;
        return await RunAsync(sql, parameters => bind(parameters, slot));
    }

    public async Task<List<T>> ReadAsync<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        bind(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Stores a message with its deliveries and the attempts that were made before.</summary>
    public async Task AddMailAsync(NewMail mail)
    {
        var staged = (StagedMail)mail.Staged;
        var (messages, deliveries) = (new MessageArrays(), new DeliveryArrays(seal));
        if (staged.IsInFile)
            messages.Add(mail.Message, StoredBody.Chunks, staged.Prelude);
        else
            messages.Add(mail.Message, StoredBody.Inline, staged.Buffer.Memory);
        deliveries.Add(mail.Message.Id, mail.Deliveries, mail.Claims);
        HasClaimed |= mail.Claims.Terms is not null;
        await RunAsync(
            MailSql.InsertMails,
            parameters =>
            {
                messages.Bind(parameters);
                deliveries.Bind(parameters);
            });
        Tallies.CountMessage(1, mail.Message.Size);
        Tallies.CountAll(mail.Deliveries);
        for (var index = 0; index < mail.Attempts.Count; index++)
        {
            if (mail.Attempts[index] is { } attempt)
                await AddAttemptAsync(mail.Deliveries[index].Id, attempt);
        }
        if (staged.IsInFile)
            await AddChunksAsync(mail.Message.Id, staged);
    }

    /// <summary>Stores the received octets of a large mail whose row is in this transaction.</summary>
    public Task AddChunksAsync(string messageId, StagedMail staged) => new ChunkWriter(connection).WriteAsync(messageId, staged);

    /// <summary>Stores deliveries of a message whose row is locked.</summary>
    public async Task AddDeliveriesAsync(string messageId, IReadOnlyList<SpooledDelivery> added, NewClaims claims)
    {
        if (added.Count == 0)
            return;
        var deliveries = new DeliveryArrays(seal);
        deliveries.Add(messageId, added, claims);
        HasClaimed |= claims.Terms is not null;
        await RunAsync(MailSql.AddDeliveries, deliveries.Bind);
        Tallies.CountAll(added);
    }

    /// <summary>Writes what was counted. The commit comes right after it.</summary>
    public async Task CountAsync()
    {
        if (!Tallies.IsEmpty)
            await RunCountingAsync(Tallies.Add, Tallies.Bind);
    }

    private Task<int> AddAttemptAsync(string deliveryId, FailedAttempt attempt) => RunAsync(
        MailSql.AddAttempt,
        parameters =>
        {
            var replies = new ReplyArrays();
            replies.Add(attempt.Reply);
            parameters
                .Text(deliveryId).Numbers([StoredTime.Of(attempt.Started)]).Numbers([attempt.Number])
                .Numbers([(long)attempt.Duration.TotalMilliseconds]).Column<string>(NpgsqlDbType.Text, [attempt.Outcome]);
            replies.Bind(parameters);
        });
}
