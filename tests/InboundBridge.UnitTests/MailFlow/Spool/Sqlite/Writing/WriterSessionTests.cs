using InboundBridge.MailFlow.Spool.Sqlite.Retention;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>What the session remembers beside the database must follow commits and rollbacks.</summary>
public sealed class WriterSessionTests : IDisposable
{
    private readonly WriterSample _sample = new();

    [Fact]
    public void What_was_rolled_back_is_not_counted_with_the_next_commit()
    {
        var seq = _sample.Add("m1");
        _sample.Session.Begin();
        _sample.Session.CountMessage(1, 100);
        _sample.Session.RollBack();
        Assert.Equal(seq + 1, _sample.Add("m2"));
        Assert.Equal((2, 6), _sample.Stored);
    }

    [Fact]
    public void After_a_rollback_no_message_takes_the_number_of_a_stored_one()
    {
        _sample.Add("m1");
        _sample.Add("m2");
        _sample.Session.Begin();
        _sample.Session.RollBack();
        _sample.Add("m3");
        Assert.Equal(3, _sample.Session.Database.ReadNumber("SELECT count(*) FROM messages"));
    }

    [Fact]
    public void The_log_is_emptied_again_after_an_erasure_that_a_reader_was_in_the_way_of()
    {
        _sample.Add("m1");
        using (_sample.Read())
        {
            _sample.Commit(new EraseWrite("m1", _sample.Now, _sample.Claims, _sample.Recent, _sample.Deleted.Add));
            Assert.True(_sample.Session.WantsEmptyLog);
            _sample.Session.EmptyLog();
            Assert.True(_sample.Session.WantsEmptyLog);
        }
        _sample.Session.EmptyLog();
        Assert.False(_sample.Session.WantsEmptyLog);
    }

    /// <summary>Overwriting whole pages (1) costs writes that only an erasure is worth; otherwise SQLite overwrites for free (2).</summary>
    [Fact]
    public void After_an_erasure_the_connection_overwrites_no_more_than_usual()
    {
        _sample.Add("m1");
        Assert.Equal(2, _sample.Session.Database.ReadNumber("PRAGMA secure_delete"));
        var erasure = new EraseWrite("m1", _sample.Now, _sample.Claims, _sample.Recent, _sample.Deleted.Add);
        _sample.RollBack(erasure);
        Assert.Equal(2, _sample.Session.Database.ReadNumber("PRAGMA secure_delete"));
        _sample.Commit(erasure);
        Assert.Equal(2, _sample.Session.Database.ReadNumber("PRAGMA secure_delete"));
    }

    public void Dispose() => _sample.Dispose();
}
