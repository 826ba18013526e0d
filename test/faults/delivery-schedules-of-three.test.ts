import { describeSchedules } from './random-schedules.ts'

describeSchedules({ counties: 3, usual: 200 })
