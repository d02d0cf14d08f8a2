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
    public void A_bucket_allows_its_amount_and_then_as_much_as_drains()
    {
        Assert.True(Add(1, amount: 2));
        Assert.True(Add(1, amount: 2));
        Assert.False(Add(1, amount: 2));
        _clock.Advance(Minute / 2);
        Assert.True(Add(1, amount: 2));
        Assert.False(Add(1, amount: 2));
    }

    [Fact]
    public void A_bucket_without_an_amount_allows_nothing() => Assert.False(Add(1, amount: 0));

    [Fact]
    public void When_all_keys_are_in_use_a_new_key_costs_a_few_checks_and_is_not_counted()
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
    public void Drained_keys_make_room_at_a_few_checks_for_each_new_key()
    {
        Fill(MostKeys);
        _clock.Advance(Minute);
        for (var key = MostKeys; key < 2 * MostKeys; key++)
        {
            _looks = 0;
            Assert.True(Add(key));
            // Each key that is dropped is looked up and removed.
            Assert.InRange(_looks, 1, 40);
            Assert.False(Add(key), "a bucket of one that was not counted");
        }
    }

    [Fact]
    public void A_single_drained_key_is_found_when_the_hand_reaches_it()
    {
        Add(0, amount: 60);
        Fill(MostKeys);
        _clock.Advance(Minute / 2);
        var key = MostKeys;
        while (Add(key) && _buckets.HasRoom(Key(key), 1, Minute))
            Assert.InRange(++key - MostKeys, 1, MostKeys / 16);
    }

    [Fact]
    public void Asking_for_room_does_not_count()
    {
        Assert.True(_buckets.HasRoom(Key(1), 1, Minute));
        Assert.True(_buckets.HasRoom(Key(1), 1, Minute));
        Assert.True(Add(1));
        Assert.False(_buckets.HasRoom(Key(1), 1, Minute));
    }

    private void Fill(int keys)
    {
        // A key that exists keeps its count.
        for (var key = 0; key < keys; key++)
        {
            if (_buckets.HasRoom(Key(key), 1, Minute))
                Add(key);
        }
    }

    private bool Add(int key, int amount = 1) => _buckets.TryAdd(Key(key), amount, Minute);

    private CountedKey Key(int number) => new(number, () => _looks++);

    /// <summary>Counts look-ups: each hashes the key once.</summary>
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
