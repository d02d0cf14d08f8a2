using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>Two or three nodes that tell each other of their circuits. Each has a scheduler of its own; the test is the store.</summary>
public class CircuitSchedulerTests
{
    private static readonly CircuitOptions Circuit = new() { Failures = 1, Probe = TimeSpan.FromSeconds(15) };

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Fact]
    public void A_destination_that_does_not_answer_one_node_is_left_alone_by_the_other()
    {
        var (a, b) = (Node("a"), Node("b"));
        Fail(a);
        Exchange(a, b);
        b.Accept("b1", "b2");
        Assert.Empty(b.Begun);
        Assert.Equal(CircuitState.Open, b.Hook.Circuit.State);
        var seen = Assert.Single(b.Circuits.List(b.Hook));
        Assert.Equal(("a", false, "connection refused", 1), (seen.Node, seen.IsSelf, seen.Reason, seen.Failures));
        Assert.Equal((FakeTime.Start, FakeTime.Start + Circuit.Probe), (seen.OpenedAt, seen.Until));
        Assert.True(Assert.Single(a.Circuits.List(a.Hook)).IsSelf);
    }

    [Fact]
    public void Operators_are_told_what_the_last_attempt_ended_with()
    {
        var a = Node("a");
        Fail(a);
        var told = Assert.Single(a.Troubles);
        Assert.Equal(("circuit_opened", "hook", "connection refused"), (told.Kind, told.Destination, told.Text));
    }

    [Fact]
    public void Only_the_node_whose_circuit_opened_first_probes()
    {
        var (a, b) = (Node("a"), Node("b"));
        Fail(a);
        Advance(1);
        Fail(b);
        Exchange(a, b);
        a.Accept("a1");
        b.Accept("b1");
        Advance(16);
        Assert.True(a.Hook.IsProbing);
        Assert.False(b.Hook.IsProbing);
        Assert.Equal(2, b.Circuits.List(b.Hook).Count);
    }

    [Fact]
    public void When_the_destination_answers_the_node_that_probes_the_others_make_one_attempt_and_go_on_when_it_is_answered()
    {
        var (a, b) = (Node("a"), Node("b"));
        Fail(a);
        Exchange(a, b);
        a.Accept("a1");
        b.Accept("b1", "b2");
        Answer(a);
        Exchange(a, b);
        Assert.Equal(["b1"], b.BegunIds);
        Assert.Equal(CircuitState.HalfOpen, b.Hook.Circuit.State);
        b.AttemptOver(b.Begun[0]);
        Assert.Equal(["b1", "b2"], b.BegunIds);
        Exchange(a, b);
        Assert.Empty(a.Circuits.List(a.Hook));
        Assert.Equal(CircuitState.Closed, b.Hook.Circuit.State);
    }

    [Fact]
    public void The_view_of_a_node_that_died_is_gone_and_one_attempt_of_another_shows_what_is_true()
    {
        var (a, b) = (Node("a"), Node("b"));
        Fail(a);
        Exchange(a, b);
        b.Accept("b1", "b2");
        Exchange(b);
        Assert.Equal(["b1"], b.BegunIds);
        b.AttemptOver(b.Begun[0], CircuitEvidence.Failure);
        Assert.Equal((CircuitState.Open, true), (b.Hook.Circuit.State, b.Hook.Circuit.IsOwn));
        Assert.Equal("b", Assert.Single(b.Circuits.ListOwn()).Node);
        Advance(15);
        Assert.True(b.Hook.IsProbing);
    }

    [Fact]
    public void A_node_that_can_not_reach_a_destination_does_not_keep_it_from_one_that_can()
    {
        var (a, b) = (Node("a"), Node("b"));
        Fail(a);
        Advance(1);
        b.Accept("b1");
        b.AttemptOver(b.Begun[0]);
        Exchange(a, b);
        b.Accept("b2");
        Assert.Equal(["b1", "b2"], b.BegunIds);
    }

    [Fact]
    public void A_node_that_never_tried_probes_rarely_by_itself_and_then_knows_better()
    {
        var (a, b) = (Node("a"), Node("b"));
        Fail(a);
        Exchange(a, b);
        b.Accept("b1");
        Advance(59);
        Assert.False(b.Hook.IsProbing);
        Advance(1);
        Assert.True(b.Hook.IsProbing);
        b.Destinations.Probed(b.Hook, answered: true);
        Assert.Equal(["b1"], b.BegunIds);
        b.AttemptOver(b.Begun[0]);
        b.Accept("b2");
        b.Circuits.Join([new CircuitView("hook", "a", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15), 4, "")]);
        Assert.Equal(CircuitState.Closed, b.Hook.Circuit.State);
        Assert.Equal(["b1", "b2"], b.BegunIds);
    }

    [Fact]
    public void A_probe_of_its_own_that_is_not_answered_makes_the_view_its_own()
    {
        var (a, b) = (Node("a"), Node("b"));
        Fail(a);
        Exchange(a, b);
        b.Accept("b1");
        Assert.Empty(b.Circuits.ListOwn());
        Advance(60);
        b.Destinations.Probed(b.Hook, answered: false);
        Assert.Equal("it did not answer a probe", Assert.Single(b.Circuits.ListOwn()).Reason);
        b.Destinations.Probed(b.Hook, answered: false, "no connection: refused");
        Assert.Equal("no connection: refused", Assert.Single(b.Circuits.ListOwn()).Reason);
        b.Destinations.Probed(b.Hook, answered: false);
        Assert.Equal("no connection: refused", Assert.Single(b.Circuits.ListOwn()).Reason);
    }

    [Fact]
    public void A_destination_that_is_resumed_goes_on_whatever_other_nodes_said_before()
    {
        var (a, b) = (Node("a"), Node("b"));
        Fail(a);
        Exchange(a, b);
        b.Accept("b1");
        Advance(1);
        b.Destinations.SetPause(b.Hook, null);
        Exchange(a, b);
        Assert.Equal(["b1"], b.BegunIds);
    }

    [Fact]
    public void A_node_with_nothing_to_send_there_stops_telling_so_that_another_may_find_out()
    {
        var a = Node("a");
        Fail(a);
        Assert.Single(a.Circuits.ListOwn());
        Advance(24);
        Assert.Single(a.Circuits.ListOwn());
        Advance(1);
        Assert.Empty(a.Circuits.ListOwn());
        Assert.Equal(CircuitState.Open, a.Hook.Circuit.State);
    }

    [Fact]
    public void A_slow_probe_keeps_the_view_of_its_node_alive()
    {
        var a = Node("a");
        Fail(a);
        a.Accept("a1");
        Advance(60);
        Assert.True(a.Hook.IsProbing);
        Assert.Equal(TimeSpan.FromSeconds(15), Assert.Single(a.Circuits.ListOwn()).Left);
    }

    [Fact]
    public void Mail_that_is_collected_has_no_circuit()
    {
        var b = Node("b", SchedulerSample.Options() with { OnDemand = true });
        b.Circuits.Join([new CircuitView("hook", "a", TimeSpan.Zero, TimeSpan.FromSeconds(15), 1, "")]);
        Assert.Equal(CircuitState.Closed, b.Hook.Circuit.State);
    }

    private SchedulerSample Node(string owner, DestinationOptions? options = null)
    {
        var node = new SchedulerSample(new ClaimTerms(owner, TimeSpan.FromDays(1)), clock: _clock);
        node.Start((options ?? SchedulerSample.Options()) with { Circuit = Circuit });
        return node;
    }

    private void Advance(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private static void Fail(SchedulerSample node)
    {
        var id = $"{node.State.Terms.Owner}0";
        node.Accept(id);
        var queued = node.Begun.Single(one => one.Delivery.Id == id);
        node.AttemptOver(queued, CircuitEvidence.Failure, reason: "connection refused");
        node.Deliveries.Settled(node.Hook, queued, queued.Delivery with { State = DeliveryState.Dead });
        node.Begun.Clear();
        Assert.Equal(CircuitState.Open, node.Hook.Circuit.State);
    }

    /// <summary>A probe is answered, and the attempt after it.</summary>
    private void Answer(SchedulerSample node)
    {
        Advance(15);
        node.Destinations.Probed(node.Hook, answered: true);
        node.AttemptOver(node.Begun[0]);
        Assert.Equal(CircuitState.Closed, node.Hook.Circuit.State);
    }

    /// <summary>Each node tells, then each hears.</summary>
    private static void Exchange(params SchedulerSample[] nodes)
    {
        List<CircuitView> views =
            [.. nodes.SelectMany(node => node.Circuits.ListOwn()).OrderByDescending(view => view.OpenFor).ThenBy(view => view.Node)];
        foreach (var node in nodes)
            node.Circuits.Join(views);
    }
}
