import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { Link, useLocation } from 'wouter'
import { Problem } from '../../api/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { CalmNotice, ErrorNotice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { Wordmark } from '../../ui/Wordmark.tsx'
import { login, register } from './calls.ts'
import { ExampleStrip } from './ExampleStrip.tsx'
import './accounts.css'

/** Shown at any address while nobody is signed in. */
export function AccountPage({ isExpired }: { isExpired: boolean }) {
  const [path] = useLocation()
  const isNew = path === '/register'
  useTitle(isNew ? 'Register' : 'Sign in')
  return (
    <div className="account">
      <main className="account-main">
        <Wordmark />
        {isExpired && !isNew && (
          <CalmNotice>Your session has ended. Sign in to go on where you were.</CalmNotice>
        )}
        {isNew ? <RegisterForm /> : <SignInForm />}
      </main>
      <ExampleStrip />
    </div>
  )
}

function SignInForm() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const action = useMutation({ mutationFn: login })
  const problem = action.error instanceof Problem ? action.error : undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate({ email, password })
  }
  return (
    <form className="account-form" onSubmit={submit}>
      <h1>Sign in</h1>
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        required
        value={email}
        error={problem?.fieldDetail('email')}
        onChange={(event) => setEmail(event.target.value)}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        error={problem?.fieldDetail('password')}
        onChange={(event) => setPassword(event.target.value)}
      />
      {action.error !== null && <ErrorNotice error={action.error} />}
      <Button tone="primary" type="submit" isPending={action.isPending} pendingWords="Signing in">
        Sign in
      </Button>
      <p className="quiet">
        No account yet? <Link href="/register">Register</Link>
      </p>
    </form>
  )
}

function RegisterForm() {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const action = useMutation({ mutationFn: register })
  const problem = action.error instanceof Problem ? action.error : undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate({ name: name.trim(), email, password })
  }
  return (
    <form className="account-form" onSubmit={submit}>
      <h1>Register</h1>
      <TextField
        label="Name"
        note="Optional"
        autoComplete="name"
        value={name}
        error={problem?.fieldDetail('name')}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        required
        value={email}
        error={problem?.fieldDetail('email')}
        onChange={(event) => setEmail(event.target.value)}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        value={password}
        error={problem?.fieldDetail('password')}
        onChange={(event) => setPassword(event.target.value)}
      />
      {action.error !== null && <ErrorNotice error={action.error} />}
      <Button tone="primary" type="submit" isPending={action.isPending} pendingWords="Registering">
        Register
      </Button>
      <p className="quiet">
        You have an account? <Link href="/sign-in">Sign in</Link>
      </p>
    </form>
  )
}
