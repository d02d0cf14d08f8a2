using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.UnitTests.Smtp.Server.Limits;

public class RateBucketsTests
{
    private const int MostKeys = 1000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly RateBuckets<CountedKey> _buckets;
    private int _looks;

    public RateBucketsTests() => _buckets = new RateBuckets<CountedKey>(_clock, MostKeys);

    [Fact]
    public void A_bucket_takes_its_amount_and_then_what_drains()
    {
        Assert.True(Add(1, amount: 2));
        Assert.True(Add(1, amount: 2));
        Assert.False(Add(1, amount: 2));
        _clock.Advance(Minute / 2);
        Assert.True(Add(1, amount: 2));
        Assert.False(Add(1, amount: 2));
    }

    [Fact]
    public void A_bucket_without_an_amount_takes_nothing() => Assert.False(Add(1, amount: 0));

    [Fact]
    public void When_all_are_in_use_a_made_up_key_costs_a_few_looks_and_goes_uncounted()
    {
        Fill(MostKeys);
        for (var key = MostKeys; key < 3 * MostKeys; key++)
        {
            _looks = 0;
            Assert.True(Add(key));
            Assert.InRange(_looks, 1, 24);
            Assert.True(Add(key), "a bucket of one that was counted");
        }
        Assert.All(Enumerable.Range(0, MostKeys), key => Assert.False(Add(key)));
    }

    [Fact]
    public void What_has_drained_makes_room_at_a_few_looks_a_key()
    {
        Fill(MostKeys);
        _clock.Advance(Minute);
        for (var key = MostKeys; key < 2 * MostKeys; key++)
        {
            _looks = 0;
            Assert.True(Add(key));
            // Each key that goes is looked up and taken out.
            Assert.InRange(_looks, 1, 40);
            Assert.False(Add(key), "a bucket of one that was not counted");
        }
    }

    [Fact]
    public void One_drained_bucket_among_many_is_found_when_the_hand_comes_by()
    {
        Add(0, amount: 60);
        Fill(MostKeys);
        _clock.Advance(Minute / 2);
        var key = MostKeys;
        while (Add(key) && _buckets.HasRoom(Key(key), 1, Minute))
            Assert.InRange(++key - MostKeys, 1, MostKeys / 16);
    }

    [Fact]
    public void Whether_there_is_room_can_be_asked_without_taking_it()
    {
        Assert.True(_buckets.HasRoom(Key(1), 1, Minute));
        Assert.True(_buckets.HasRoom(Key(1), 1, Minute));
        Assert.True(Add(1));
        Assert.False(_buckets.HasRoom(Key(1), 1, Minute));
    }

    private void Fill(int keys)
    {
        // A key that is there already keeps what it has.
        for (var key = 0; key < keys; key++)
        {
            if (_buckets.HasRoom(Key(key), 1, Minute))
                Add(key);
        }
    }

    private bool Add(int key, int amount = 1) => _buckets.TryAdd(Key(key), amount, Minute);

    private CountedKey Key(int number) => new(number, () => _looks++);

    /// <summary>A look into the table hashes the key once.</summary>
    private sealed class CountedKey(int number, Action looked) : IEquatable<CountedKey>
    {
        private readonly int _number = number;

        public bool Equals(CountedKey? other) => other?._number == _number;

        public override bool Equals(object? obj) => Equals(obj as CountedKey);

        public override int GetHashCode()
        {
            looked();
            return _number;
        }
    }
}
