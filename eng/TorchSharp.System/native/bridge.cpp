// The native half of the bridge: libtorch's dispatcher behind a C interface.
// Every operator goes through one function, `bridge_call`, which boxes its arguments for the schema that
// `bridge_find` looked up by name; what is not an operator (autograd, generators, threads, raw storage) has a
// function of its own. No exception leaves this file: a function that can fail returns a negative number or a
// null pointer, and `bridge_error` then holds the reason. Compiles against libtorch 1.13 and 2.x.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/api/include/torch/cuda.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

// Null where libtorch's matrix products are not OpenBLAS's.
extern "C" __attribute__((weak, visibility("default"))) void openblas_set_num_threads(int);

namespace {

// What an argument or a result is; Value.cs holds the same list.
enum Tag : int32_t { None, Tensor, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, String, DeviceTag, GeneratorTag, BoolList, Default };

struct Value {
    int32_t tag;
    int32_t count;  // elements of a list, bytes of a string, index of a device
    union {
        int64_t integer;
        double real;
        void* pointer;
    };
};

// c10::optional<at::Tensor> or std::optional<at::Tensor>, whichever this libtorch's lists hold.
using OptionalTensor = std::remove_cv_t<decltype(c10::IValue().toOptional<at::Tensor>())>;

thread_local std::string last_error;

template <typename Result, typename Body>
Result guarded(Result failure, Body body) noexcept {
    try {
        return body();
    } catch (const c10::Error& e) {
        last_error = e.what_without_backtrace();
    } catch (const std::exception& e) {
        last_error = e.what();
    } catch (...) {
        last_error = "an exception of an unknown type";
    }
    return failure;
}

at::Tensor* wrap(at::Tensor tensor) { return tensor.defined() ? new at::Tensor(std::move(tensor)) : nullptr; }

at::Tensor unwrap(const void* tensor) { return tensor ? *static_cast<const at::Tensor*>(tensor) : at::Tensor(); }

std::vector<at::Tensor> unwrap(at::Tensor* const* tensors, int64_t count) {
    std::vector<at::Tensor> result;
    result.reserve(count);
    for (int64_t i = 0; i < count; i++) result.push_back(unwrap(tensors[i]));
    return result;
}

template <typename Element, typename Stored>
c10::List<Element> list(const Value& value) {
    auto items = static_cast<const Stored*>(value.pointer);
    c10::List<Element> result;
    result.reserve(value.count);
    for (int32_t i = 0; i < value.count; i++) result.push_back(static_cast<Element>(items[i]));
    return result;
}

c10::IValue box(const Value& value, const c10::Argument& argument) {
    switch (value.tag) {
        case None: return {};
        case Tensor: return unwrap(value.pointer);
        case Int: return value.integer;
        case Double: return value.real;
        case Bool: return value.integer != 0;
        case IntList: return list<int64_t, int64_t>(value);
        case DoubleList: return list<double, double>(value);
        case BoolList: return list<bool, uint8_t>(value);
        case TensorList: return unwrap(static_cast<at::Tensor* const*>(value.pointer), value.count);
        case OptionalTensorList: {
            auto items = static_cast<at::Tensor* const*>(value.pointer);
            c10::List<OptionalTensor> list;
            list.reserve(value.count);
            for (int32_t i = 0; i < value.count; i++) list.push_back(items[i] ? OptionalTensor(*items[i]) : OptionalTensor());
            return list;
        }
        case String: return std::string(static_cast<const char*>(value.pointer), value.count);
        case DeviceTag: return c10::Device(static_cast<c10::DeviceType>(value.integer), static_cast<c10::DeviceIndex>(value.count));
        case GeneratorTag: return *static_cast<at::Generator*>(value.pointer);
        default:
            TORCH_CHECK(argument.default_value(), "argument '", argument.name(), "' has no default");
            return *argument.default_value();
    }
}

// Writes one result; a list of tensors becomes as many values as it has elements.
void unbox(const c10::IValue& result, std::vector<Value>& out) {
    Value value{};
    if (result.isTensor()) {
        value.tag = Tensor;
        value.pointer = wrap(result.toTensor());
    } else if (result.isInt()) {
        value.tag = Int;
        value.integer = result.toInt();
    } else if (result.isDouble()) {
        value.tag = Double;
        value.real = result.toDouble();
    } else if (result.isBool()) {
        value.tag = Bool;
        value.integer = result.toBool();
    } else if (result.isTensorList()) {
        for (const at::Tensor& tensor : result.toTensorVector()) unbox(tensor, out);
        return;
    } else {
        TORCH_CHECK(result.isNone(), "a result of the type ", result.tagKind(), " is not known here");
    }
    out.push_back(value);
}

}  // namespace

EXPORT const char* bridge_error() { return last_error.c_str(); }

EXPORT const char* bridge_version() { return TORCH_VERSION; }

// `name` is "aten::add" or, with an overload, "aten::add.Tensor".
EXPORT c10::OperatorHandle* bridge_find(const char* name) {
    return guarded<c10::OperatorHandle*>(nullptr, [&] {
        const char* colons = std::strstr(name, "::");
        const char* dot = std::strchr(colons ? colons : name, '.');
        std::string base = dot ? std::string(name, dot) : std::string(name);
        return new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(base.c_str(), dot ? dot + 1 : ""));
    });
}

// Calls an operator; arguments that are not given take their defaults. Returns the number of results, of which the
// first `capacity` are in `results`, or -1. With more results than `capacity` nothing is handed out.
EXPORT int64_t bridge_call(const c10::OperatorHandle* op, const Value* arguments, int32_t count, Value* results, int64_t capacity) {
    return guarded<int64_t>(-1, [&]() -> int64_t {
        const auto& schema = op->schema().arguments();
        TORCH_CHECK(static_cast<size_t>(count) <= schema.size(), op->schema(), " takes no ", count, " arguments");
        torch::jit::Stack stack;
        stack.reserve(schema.size());
        const Value missing{Default, 0, {0}};
        for (size_t i = 0; i < schema.size(); i++)
            stack.push_back(box(i < static_cast<size_t>(count) ? arguments[i] : missing, schema[i]));
        op->callBoxed(stack);
        std::vector<Value> out;
        out.reserve(stack.size());
        for (const c10::IValue& result : stack) unbox(result, out);
        if (capacity < static_cast<int64_t>(out.size())) {
            for (const Value& value : out)
                if (value.tag == Tensor) delete static_cast<at::Tensor*>(value.pointer);
            TORCH_CHECK(capacity == 0, op->schema(), " returned ", out.size(), " values");
            return 0;
        }
        std::copy(out.begin(), out.end(), results);
        return static_cast<int64_t>(out.size());
    });
}

// Tensors. These read what is already there and can't fail, unless they say so.
EXPORT void tensor_dispose(at::Tensor* tensor) { guarded(0, [&] { delete tensor; return 0; }); }
EXPORT int64_t tensor_dim(const at::Tensor* tensor) { return tensor->dim(); }
EXPORT int64_t tensor_numel(const at::Tensor* tensor) { return tensor->numel(); }
EXPORT int64_t tensor_element_size(const at::Tensor* tensor) { return tensor->element_size(); }
EXPORT void tensor_sizes(const at::Tensor* tensor, int64_t* sizes) { std::copy(tensor->sizes().begin(), tensor->sizes().end(), sizes); }
EXPORT int tensor_strides(const at::Tensor* tensor, int64_t* strides) {
    return guarded(-1, [&] { std::copy(tensor->strides().begin(), tensor->strides().end(), strides); return 0; });
}
EXPORT int tensor_type(const at::Tensor* tensor) { return static_cast<int>(tensor->scalar_type()); }
EXPORT int tensor_device_type(const at::Tensor* tensor) { return static_cast<int>(tensor->device().type()); }
EXPORT int tensor_device_index(const at::Tensor* tensor) { return tensor->device().index(); }
EXPORT int64_t tensor_storage_offset(const at::Tensor* tensor) { return guarded<int64_t>(-1, [&] { return tensor->storage_offset(); }); }
EXPORT int tensor_is_contiguous(const at::Tensor* tensor) { return tensor->is_contiguous(); }
EXPORT int tensor_is_leaf(const at::Tensor* tensor) { return tensor->is_leaf(); }
EXPORT int tensor_is_sparse(const at::Tensor* tensor) { return tensor->is_sparse(); }
EXPORT int tensor_is_conj(const at::Tensor* tensor) { return tensor->is_conj(); }
EXPORT int tensor_requires_grad(const at::Tensor* tensor) { return tensor->requires_grad(); }
EXPORT int tensor_set_requires_grad(const at::Tensor* tensor, int value) {
    return guarded(-1, [&] { tensor->set_requires_grad(value != 0); return 0; });
}
EXPORT int tensor_retain_grad(const at::Tensor* tensor) { return guarded(-1, [&] { tensor->retain_grad(); return 0; }); }
EXPORT at::Tensor* tensor_grad(const at::Tensor* tensor) { return guarded<at::Tensor*>(nullptr, [&] { return wrap(tensor->grad()); }); }
EXPORT int tensor_set_grad(const at::Tensor* tensor, const at::Tensor* grad) {
    return guarded(-1, [&] {
        if (grad) tensor->mutable_grad() = *grad;
        else tensor->mutable_grad().reset();
        return 0;
    });
}
EXPORT void* tensor_data(const at::Tensor* tensor) { return guarded<void*>(nullptr, [&] { return tensor->data_ptr(); }); }

// Autograd.
EXPORT int autograd_backward(at::Tensor* const* tensors, int64_t count, at::Tensor* const* grads, int64_t grad_count, int retain, int create,
                             at::Tensor* const* inputs, int64_t input_count) {
    return guarded(-1, [&] {
        torch::autograd::backward(unwrap(tensors, count), unwrap(grads, grad_count), retain != 0, create != 0, unwrap(inputs, input_count));
        return 0;
    });
}
EXPORT int autograd_grad(at::Tensor* const* outputs, int64_t count, at::Tensor* const* inputs, int64_t input_count, at::Tensor* const* grads,
                         int64_t grad_count, int retain, int create, int allow_unused, at::Tensor** results) {
    return guarded(-1, [&] {
        auto found = torch::autograd::grad(unwrap(outputs, count), unwrap(inputs, input_count), unwrap(grads, grad_count), retain != 0, create != 0, allow_unused != 0);
        for (size_t i = 0; i < found.size(); i++) results[i] = wrap(found[i]);
        return 0;
    });
}
EXPORT int grad_mode_get() { return at::GradMode::is_enabled(); }
EXPORT void grad_mode_set(int enabled) { at::GradMode::set_enabled(enabled != 0); }
EXPORT int inference_mode_get() { return c10::InferenceMode::is_enabled(); }
EXPORT c10::InferenceMode* inference_mode_enter(int enabled) { return new c10::InferenceMode(enabled != 0); }
EXPORT void inference_mode_leave(c10::InferenceMode* guard) { delete guard; }
EXPORT int anomaly_get() { return torch::autograd::AnomalyMode::is_enabled(); }
EXPORT int anomaly_checks_nan() { return torch::autograd::AnomalyMode::should_check_nan(); }
EXPORT void anomaly_set(int enabled, int check_nan) { torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0); }

// Generators: always the CPU's, as TorchSharp's are in effect.
EXPORT at::Generator* generator_new(uint64_t seed) {
    return guarded<at::Generator*>(nullptr, [&] { return new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed)); });
}
EXPORT at::Generator* generator_default() {
    return guarded<at::Generator*>(nullptr, [&] { return new at::Generator(at::detail::getDefaultCPUGenerator()); });
}
EXPORT void generator_dispose(at::Generator* generator) { delete generator; }
EXPORT void generator_seed(at::Generator* generator, uint64_t seed) { generator->set_current_seed(seed); }
EXPORT uint64_t generator_initial_seed(const at::Generator* generator) { return generator->current_seed(); }
EXPORT at::Tensor* generator_get_state(const at::Generator* generator) {
    return guarded<at::Tensor*>(nullptr, [&] { return wrap(generator->get_state()); });
}
EXPORT int generator_set_state(at::Generator* generator, const at::Tensor* state) {
    return guarded(-1, [&] { generator->set_state(unwrap(state)); return 0; });
}

// Everything global.
EXPORT int global_seed(uint64_t seed) { return guarded(-1, [&] { at::manual_seed(seed); return 0; }); }
EXPORT int global_threads() { return at::get_num_threads(); }
EXPORT int global_set_threads(int count) {
    // MKL, in the published package, takes libtorch's number; Debian's OpenBLAS keeps threads of its own that libtorch does not tell.
    return guarded(-1, [&] { at::set_num_threads(count); if (openblas_set_num_threads) openblas_set_num_threads(count); return 0; });
}
EXPORT int global_interop_threads() { return at::get_num_interop_threads(); }
EXPORT int global_set_interop_threads(int count) { return guarded(-1, [&] { at::set_num_interop_threads(count); return 0; }); }
// Sets a switch unless the argument is negative; returns what it is then.
EXPORT int global_tf32(int enabled) {
    return guarded(-1, [&] { if (enabled >= 0) at::globalContext().setAllowTF32CuBLAS(enabled != 0); return at::globalContext().allowTF32CuBLAS() ? 1 : 0; });
}
EXPORT int global_cudnn_tf32(int enabled) {
    return guarded(-1, [&] { if (enabled >= 0) at::globalContext().setAllowTF32CuDNN(enabled != 0); return at::globalContext().allowTF32CuDNN() ? 1 : 0; });
}

// CUDA, where libtorch has it.
EXPORT int cuda_available() { return guarded(0, [] { return torch::cuda::is_available() ? 1 : 0; }); }
EXPORT int cuda_cudnn_available() { return guarded(0, [] { return torch::cuda::cudnn_is_available() ? 1 : 0; }); }
EXPORT int cuda_device_count() { return guarded(0, [] { return static_cast<int>(torch::cuda::device_count()); }); }
EXPORT int cuda_seed(uint64_t seed) { return guarded(-1, [&] { torch::cuda::manual_seed(seed); return 0; }); }
EXPORT int cuda_seed_all(uint64_t seed) { return guarded(-1, [&] { torch::cuda::manual_seed_all(seed); return 0; }); }
EXPORT int cuda_synchronize(int64_t device) { return guarded(-1, [&] { torch::cuda::synchronize(device); return 0; }); }
