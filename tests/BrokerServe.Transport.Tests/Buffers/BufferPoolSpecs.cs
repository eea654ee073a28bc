using BrokerServe.Transport.Buffers;

namespace BrokerServe.Transport.Tests.Buffers;

/// <summary>The one pool of the process: who rents meanwhile would take what was given back.</summary>
[Collection(nameof(Alone))]
public sealed class BufferPoolSpecs
{
    [Theory]
    [InlineData(1, 1_500)]
    [InlineData(200, 1_500)]
    [InlineData(1_024, 1_500)]
    public void As_many_small_ones_as_requests_are_under_way_are_rented_again_after_another_thread_gave_them_back(int bytes, int underWay)
    {
        var rented = new byte[underWay][];
        RentAll();
        var other = new Thread(ReturnAll);
        other.Start();
        other.Join();

        var before = GC.GetAllocatedBytesForCurrentThread();
        RentAll();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        ReturnAll();
        Assert.Equal(0, allocated);

        void RentAll()
        {
            for (var i = 0; i < rented.Length; i++)
            {
                rented[i] = BufferPool.Rent(bytes);
            }
        }

        void ReturnAll() => Array.ForEach(rented, BufferPool.Return);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_024)]
    [InlineData(1_025)]
    [InlineData(3_000_000)]
    public void What_is_rented_has_room_and_can_be_given_back_whatever_its_size(int bytes)
    {
        var rented = BufferPool.Rent(bytes);
        Assert.True(rented.Length >= bytes);
        BufferPool.Return(rented);
    }
}
