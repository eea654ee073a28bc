using System.Numerics;

namespace BrokerServe.Benchmarks.Dispatch;

/// <summary>First in, first out, at the least cost that a bench can add to what it measures.</summary>
internal struct Ring<T>(int capacity)
{
    private readonly T[] _items = new T[(int)BitOperations.RoundUpToPowerOf2((uint)capacity)];
    private uint _in;
    private uint _out;

    public void Add(T item) => _items[_in++ & (_items.Length - 1)] = item;

    public T Take() => _items[_out++ & (_items.Length - 1)];
}
